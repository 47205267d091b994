// Logs out whom nobody sees any more; of several windows of the page, one in use keeps all of them.
import type { App } from './app';
import { ask, yes } from './dialog';
import { IdleWatch } from './idle';

const used = 'inkan-used';
const everySoOften = 5000;

async function logOut(app: App): Promise<void> {
  await app.post('/portal/logout').catch(() => undefined); // it ends at its limit in any case
  location.assign('/?idle');
}

export function logOutWhenIdle(app: App): void {
  const watch = new IdleWatch({
    stillThere() {
      const words = app.words.idle;
      void ask(app.words, { id: 'idle', warning: '', title: words.title, more: words.more, yes: words.stay, no: app.words.home.logout })
        .then((stay) => (stay ? watch.answered(Date.now()) : logOut(app)));
    },
    gone: () => void logOut(app),
  }, Date.now());
  let told = 0;
  const use = () => {
    const now = Date.now();
    watch.used(now);
    if (now - told < everySoOften) return;
    told = now;
    localStorage.setItem(used, String(now));
  };
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart']) window.addEventListener(event, use, { passive: true, capture: true });
  window.addEventListener('storage', (event) => {
    if (event.key !== used) return;
    watch.answered(Date.now());
    document.querySelector<HTMLDialogElement>('dialog#idle')?.close(yes);
  });
  setInterval(() => {
    if (app.state?.session) watch.look(Date.now());
    else watch.answered(Date.now());
  }, 1000);
}
