// ⑧, and the other ends that an enrolment can come to.
import type { App } from '../app';
import { actions, button, facts, h, note, p, primary } from '../../shared/dom';
import { time } from '../../shared/times';
import type { PortalState } from '../types';
import type { Shown } from './screen';

// R30: ends the session, and tries to close the window; browsers let a page close only what a page opened.
async function close(app: App): Promise<void> {
  await app.close();
  await app.post('/portal/logout');
  app.local.closed = true;
  window.close();
  app.render();
}

const closing = (app: App) => actions(primary(app.words.result.close, () => void app.act(() => close(app))));

export function resultScreen(app: App): Shown {
  const words = app.words.result, { certificate, user_id } = app.enrolment;
  return {
    title: words.title,
    body: [
      note('good', p(h('strong', {}, words.good))),
      certificate && facts(
        [app.words.credentials.userId, h('strong', {}, user_id)], [words.from, time(app.words, certificate.not_before)],
        [words.to, h('strong', {}, time(app.words, certificate.not_after))], [words.serial, h('code', {}, certificate.serial)]),
      p(words.lead),
      closing(app),
    ],
  };
}

export function declinedScreen(app: App, state: PortalState): Shown {
  const words = app.words.declined;
  return { title: words.title, body: [note('warning', p(h('strong', {}, words.head)), p(state.pack.unconfirmed === 'seed' ? words.seed : words.auto)), closing(app)] };
}

export function overScreen(app: App): Shown {
  const words = app.words.over, { enrolment } = app;
  const begin = async () => {
    await app.close();
    await app.go('/enrol');
  };
  return {
    title: words.title,
    body: [
      note('warning', p(h('strong', {}, words.reason[enrolment.state] ?? '')), p(words.next)),
      actions(button(words.entry, () => void app.act(() => app.go('/'))), primary(words.begin, () => void app.act(begin))),
    ],
  };
}

export function closedScreen(app: App): Shown {
  return { title: app.words.closed.title, body: [note('good', p(app.words.closed.lead))] };
}
