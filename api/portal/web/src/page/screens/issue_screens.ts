// ⑤ and ⑥: the warning, and the time until the certificate is there.
import type { App } from '../app';
import type { KeyKind } from '../../crypto';
import { ask } from '../../shared/dialog';
import { actions, button, facts, h, p, primary } from '../../shared/dom';
import { haveCertificate, type Stage } from '../enrol_flow';
import { time } from '../../shared/times';
import { cancelEnrolment } from './authenticate_screens';
import type { Shown } from './screen';

// Whoever must use a program that knows no elliptic curves needs the other kind; nobody else has to look.
function keyKinds(app: App): HTMLElement {
  const words = app.words.issue;
  const choice = (kind: KeyKind) => {
    const input = h('input', { type: 'radio', name: 'key-kind', id: `key-${kind}`, checked: app.local.keyKind === kind, change: () => { app.local.keyKind = kind; } });
    return h('div', { class: 'choice' }, input, h('label', { for: `key-${kind}` }, words.keyKinds[kind]));
  };
  return h('details', {}, h('summary', {}, words.keyKind), h('fieldset', {}, h('legend', { class: 'hint' }, words.keyKindHint), choice('P-256'), choice('RSA-2048')));
}

export function issueScreen(app: App): Shown {
  const words = app.words.issue, { enrolment } = app;
  const issue = async () => {
    // R26: nothing is made or asked for before はい.
    if (!(await ask(app.words, { warning: words.warning, title: words.ask, more: words.after }))) return;
    app.local.asking = enrolment.id;
    app.render();
  };
  return {
    title: words.title,
    body: [
      p(words.lead),
      facts([app.words.credentials.userId, h('strong', {}, enrolment.user_id)], [words.kind, words.kinds[enrolment.kind]], [words.until, time(app.words, enrolment.ends)]),
      keyKinds(app),
      h('ul', { class: 'notes' }, h('li', {}, words.account)),
      actions(button(app.words.cancel, () => void app.act(() => cancelEnrolment(app))), primary(words.submit, () => void app.act(issue))),
    ],
  };
}

export function issuingScreen(app: App): Shown {
  const words = app.words.issuing;
  const stage = h('p', { class: 'stage', role: 'status', tabindex: '-1' });
  const elapsed = h('p', { class: 'elapsed' }, words.elapsed(0));
  const again = h('div', { hidden: true }, actions(button(app.words.over.entry, () => void app.act(() => app.go('/'))), primary(app.words.again, () => retry())));
  const bar = h('div', { class: 'progress', role: 'progressbar', 'aria-label': words.title }, h('span', {}));
  const tell = (now: Stage) => { stage.textContent = words[now]; };
  const start = () => {
    const began = Date.now();
    const clock = setInterval(() => { elapsed.textContent = words.elapsed(Math.round((Date.now() - began) / 1000)); }, 1000);
    document.querySelector('#problem')?.replaceChildren();
    again.hidden = true;
    bar.hidden = false;
    // Not an act: Back and all else stay possible meanwhile.
    haveCertificate(app, tell).catch((error: unknown) => {
      if (!bar.isConnected) return;
      stage.textContent = '';
      again.hidden = false;
      bar.hidden = true;
      void app.fail(error);
    }).finally(() => { clearInterval(clock); });
  };
  const retry = () => {
    start();
    stage.focus();
  };
  return { title: words.title, body: [p(words.lead), bar, stage, elapsed, again, h('ul', { class: 'notes' }, h('li', {}, words.stay))], begin: start };
}
