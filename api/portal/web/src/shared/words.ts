// Texts that both pages have, in both languages.
import { symbolsShown, type Fault } from './credential_check';
import { mostJapanese, mostOctets } from './person';
import type { CredentialRule } from './types';

export const commonJa = {
  tag: 'ja' as 'ja' | 'en',
  locale: 'ja-JP',
  jst: '日本時間',
  skip: '本文へ移動',
  other: 'English',
  otherTag: 'en' as 'ja' | 'en',
  loading: '読み込んでいます…',
  required: '必須',
  yes: 'はい',
  no: 'いいえ',
  cancel: 'キャンセル',
  back: '戻る',
  again: 'もう一度試す',
  credentials: {
    userId: 'ユーザーID',
    password: 'パスワード',
    hint: ({ least, most, letter, digit, symbols }: CredentialRule) =>
      `半角英数${letter && digit ? '混在' : ''} ${least}～${most} 桁。${symbols ? `半角の記号（${symbolsShown(symbols, '空白')}）も使えます。` : ''}英字は大文字と小文字を区別します。`,
    fault: { missing: '入力してください。', length: '桁数が違います。', width: '使えない文字があります。半角で入力してください。', letters: '使えない文字があります。', letter: '英字を1文字以上入れてください。', digit: '数字を1文字以上入れてください。' } as Record<Fault, string>,
    lengthFault: (least: number, most: number) => `${least}～${most} 桁で入力してください。`,
  },
  person: {
    name: '氏名',
    nameHint: 'メールの宛名になります。',
    nameLong: `長すぎます。全角${mostJapanese}文字までで入力してください。`,
    mail: 'メールアドレス',
    mailHint: '更新の時期やロックなどをお知らせする宛先です。半角で入力してください。',
    mailFault: 'メールアドレスの形になっていません。',
    differs: '上のパスワードと同じものを入力してください。',
  },
};

export type CommonWords = typeof commonJa;

export const commonEn: CommonWords = {
  tag: 'en',
  locale: 'en-GB',
  jst: 'Japan time',
  skip: 'Skip to the content',
  other: '日本語',
  otherTag: 'ja',
  loading: 'Loading…',
  required: 'required',
  yes: 'Yes',
  no: 'No',
  cancel: 'Cancel',
  back: 'Back',
  again: 'Try again',
  credentials: {
    userId: 'User ID',
    password: 'Password',
    hint: ({ least, most, letter, digit, symbols }) =>
      `${least} to ${most} ${symbols ? `letters, digits and symbols (${symbolsShown(symbols, 'space')})` : 'letters and digits'}${letter && digit ? ', at least one letter and one digit' : ''}. Capital and small letters differ.`,
    fault: { missing: 'Please fill this in.', length: 'This is too long or too short.', width: 'There is a character in it that cannot be used. Use half-width ones.', letters: 'There is a character in it that cannot be used.', letter: 'There must be a letter in it.', digit: 'There must be a digit in it.' },
    lengthFault: (least, most) => `It must have ${least} to ${most} characters.`,
  },
  person: {
    name: 'Name',
    nameHint: 'Mails are addressed to it.',
    nameLong: `It is too long: at most ${mostOctets} octets, which are ${mostJapanese} Japanese letters.`,
    mail: 'Mail address',
    mailHint: 'Notices, of renewal and of locks, are sent there.',
    mailFault: 'This is not a mail address.',
    differs: 'It is not the same as the password above.',
  },
};
