// ⑦: the second warning, the file with its passphrase, and how to install it.
import type { App } from '../app';
import { Problem } from '../../shared/calls';
import { ask } from '../../shared/dialog';
import { actions, button, facts, h, note, p, primary, type Child } from '../../shared/dom';
import { hasKey, proveByKey, saveFile, testInstallation } from '../enrol_flow';
import { problemWords } from '../problem_words';
import { savedFile } from '../saved_file';
import { time } from '../../shared/times';
import type { Enrolment, PortalState } from '../types';
import type { Shown } from './screen';

// R28. Whether いいえ revokes is the pack's (A23).
async function decline(app: App, state: PortalState): Promise<void> {
  const words = app.words.install;
  const more = state.pack.unconfirmed === 'seed' ? words.declineSeed : words.declineAuto;
  if (!(await ask(app.words, { warning: '', title: words.declineTitle, more, yes: words.declineYes, no: app.words.back }))) return;
  const answer = await app.post<{ enrolment: Enrolment }>('/portal/enrolment/decline');
  app.decline(answer.body.enrolment);
}

async function finishByKey(app: App): Promise<void> {
  const words = app.words.install;
  if (await ask(app.words, { warning: '', title: words.byKeyAsk, more: words.byKeyAfter })) await proveByKey(app);
}

function notSeen(app: App): Child {
  const words = app.words.install, notice = app.notice;
  app.notice = undefined;
  return notice && notice !== 'password' && note('warning', p(h('strong', {}, words.notSeen[notice])), p(words.notSeenNext));
}

export function installScreen(app: App, state: PortalState): Shown {
  const words = app.words.install, { enrolment } = app;
  const legacy = h('input', { type: 'checkbox', id: 'legacy', 'aria-describedby': 'legacy-hint' });
  const save = async () => {
    await saveFile(app, legacy.checked ? 'legacy' : 'modern');
    app.render();
    document.querySelector<HTMLAnchorElement>('#download')?.click();
  };
  const yes = primary(app.words.yes, () => void app.act(save));
  const byKey = button(words.byKey, () => void app.act(() => finishByKey(app)));
  const [without, next] = problemWords(app.words, Problem.ofPage('page.no-key'), state.pack);
  const lost = h('div', { hidden: true }, note('warning', p(h('strong', {}, without)), p(next)));
  const old = h('div', { class: 'choice' }, legacy, h('label', { for: 'legacy' }, words.legacy), h('p', { id: 'legacy-hint', class: 'hint' }, words.legacyHint));
  const checkKey = async () => {
    if (await hasKey(enrolment)) return;
    lost.hidden = false;
    for (const each of [yes, byKey, old]) each.remove();
  };
  return {
    title: words.title,
    body: [
      notSeen(app),
      p(words.lead),
      facts([app.words.credentials.userId, h('strong', {}, enrolment.user_id)], ...(enrolment.confirm_by ? [[words.until, time(app.words, enrolment.confirm_by)] as [string, Child]] : [])),
      lost,
      h('section', { class: 'question', 'aria-labelledby': 'install-ask' },
        h('p', { class: 'warning' }, h('span', { class: 'mark', 'aria-hidden': 'true' }, '!'), words.warning),
        h('h2', { id: 'install-ask' }, words.ask),
        old,
        actions(button(app.words.no, () => void app.act(() => decline(app, state))), yes)),
      p(state.pack.unconfirmed === 'seed' ? words.declineSeed : words.declineAuto),
      h('hr'),
      h('h2', {}, words.already),
      p(words.byKeyHint),
      actions(byKey, button(words.test, () => testInstallation(app))),
    ],
    begin: () => void checkKey(),
  };
}

export function savedScreen(app: App): Shown {
  const words = app.words.saved, { enrolment } = app, file = savedFile(enrolment);
  const told = h('p', { class: 'told', role: 'status' });
  const copy = () => {
    navigator.clipboard.writeText(file?.passphrase ?? '').then(() => { told.textContent = words.copied; }, () => { told.textContent = words.notCopied; });
  };
  const groups = (file?.passphrase ?? '').split('-').flatMap((group, i) => [i > 0 && '-', h('span', { class: 'group' }, group)]);
  const steps = (all: string[]) => h('ol', { class: 'how' }, ...all.map((each) => h('li', {}, each)));
  return {
    title: words.title,
    body: [
      p(words.lead),
      h('section', { class: 'passphrase', 'aria-labelledby': 'passphrase-name' },
        h('h2', { id: 'passphrase-name' }, words.passphrase),
        h('p', { class: 'secret', id: 'passphrase', translate: 'no' }, ...groups),
        p(words.once),
        button(words.copy, copy, { class: 'button small' }), told),
      facts([words.file, h('a', { id: 'download', href: file?.address ?? '', download: file?.name ?? '' }, `${file?.name ?? ''} – ${words.download}`)]),
      h('h2', {}, words.howWindows), steps(words.windows),
      h('details', {}, h('summary', {}, words.howFirefox), steps(words.firefox)),
      note('plain', p(words.testHint), p(words.erase)),
      actions(button(app.words.back, () => { app.local.saved = ''; app.render(); }), primary(words.test, () => testInstallation(app))),
    ],
  };
}
