// Of des.js what the legacy PKCS#12 needs.
declare module 'des.js' {
  interface Options {
    type: 'encrypt' | 'decrypt';
    key: Uint8Array;
    iv: Uint8Array;
  }
  interface Cipher {
    update(data: Uint8Array): number[];
    final(): number[];
  }
  interface Algorithm {
    instantiate(base: unknown): { create(options: Options): Cipher };
  }
  const des: { EDE: unknown; CBC: Algorithm };
  export default des;
}
