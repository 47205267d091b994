// What tests/portal tries without a browser.
export { chooseScreen, stepOf } from './screen_choice';
export { IdleWatch, answerWithin, idleAfter } from './idle';
export { mostJapanese, mostOctets, nameTooLong } from '../shared/person';
export { everybodyRegisters } from './pack_choices';
export { Acts } from '../shared/acts';
export { faultOf } from '../shared/credential_check';
export { App } from './app';
export { haveCertificate } from './enrol_flow';
export { dropKey, dropOldKeys, findKey, keepKey } from './key_store';
export { keepFile, savedFile } from './saved_file';
export { Problem } from '../shared/calls';
export { recall, remember } from '../shared/memory';
export { problemWords, wantsNumber } from './problem_words';
export { ja } from '../texts/ja';
export { en } from '../texts/en';
