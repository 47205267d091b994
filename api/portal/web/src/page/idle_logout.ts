// Logs out whom nobody sees any more; of several windows of the page, one in use keeps all of them.
import type { App } from './app';
import { choose } from '../shared/dialog';
import { IdleWatch } from './idle';
import { remember } from '../shared/memory';

const used = 'inkan-used';
const everySoOften = 5000;

// From there it is asked for once more, should it have failed.
async function logOut(app: App, unseen: boolean): Promise<void> {
  await app.post('/portal/logout').catch(() => undefined);
  location.assign(unseen ? '/?idle' : '/');
}

export function logOutWhenIdle(app: App): void {
  const watch = new IdleWatch({
    stillThere() {
      const words = app.words.idle;
      void choose(app.words, { id: 'idle', warning: '', title: words.title, more: words.more, yes: words.stay, no: app.words.home.logout, escape: 'yes' })
        .then((answer) => (answer === 'no' ? logOut(app, false) : watch.answered(Date.now())));
    },
    gone: () => void logOut(app, true),
  }, Date.now());
  let told = 0;
  const use = () => {
    const now = Date.now();
    watch.used(now);
    if (now - told < everySoOften) return;
    told = now;
    remember('always', used, String(now));
  };
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart']) window.addEventListener(event, use, { passive: true, capture: true });
  window.addEventListener('storage', (event) => {
    if (event.key !== used) return;
    watch.answered(Date.now());
    document.querySelector<HTMLDialogElement>('dialog#idle')?.close('yes');
  });
  setInterval(() => {
    if (app.state?.session) watch.look(Date.now());
    else watch.answered(Date.now());
  }, 1000);
}
