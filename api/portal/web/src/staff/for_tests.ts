// What tests/portal tries without a browser.
export { addressOf, placeOf } from './places';
export { problemWords } from './problem_words';
export { byWhom, whatHappened } from './history_words';
export { ja } from './texts/ja';
export { en } from './texts/en';
