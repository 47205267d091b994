// Keys, requests, proofs and PKCS#12 files, made where the subscriber sits. Knows nothing of the page, the network or storage.
export { certificatesOfPem, toBase64, type Octets } from './der';
export { makeKeyPair, x509Signature, type KeyKind } from './key_pair';
export { makeRequest } from './certification_request';
export { installMessage, installProof } from './install_proof';
export { makePassphrase } from './passphrase';
export { makePkcs12, type FileContent } from './pkcs12';
export { pkcs12Kdf } from './pkcs12_kdf';
export type { Form } from './pkcs12_cipher';
