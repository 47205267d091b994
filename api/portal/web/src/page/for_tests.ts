// What tests/portal tries without a browser.
export { chooseScreen, stepOf } from './screen_choice';
export { IdleWatch, answerWithin, idleAfter } from './idle';
export { mostJapanese, mostOctets, nameTooLong } from '../shared/person';
export { everybodyRegisters } from './pack_choices';
export { Acts } from '../shared/acts';
export { faultOf } from '../shared/credential_check';
export { keepKey } from './key_store';
export { recall, remember } from '../shared/memory';
export { problemWords, wantsNumber } from './problem_words';
export { ja } from '../texts/ja';
export { en } from '../texts/en';
