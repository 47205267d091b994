// The frame around the screens: names, language, steps, and the place where refusals are told.
import { App, type View } from './app';
import type { Problem } from '../shared/calls';
import { button, h } from '../shared/dom';
import { logOutWhenIdle } from './idle_logout';
import { problemWords, wantsNumber } from './problem_words';
import { stepOf, type Screen } from './screen_choice';
import { authenticateScreen, codeScreen } from './screens/authenticate_screens';
import { certificateScreen, entryScreen } from './screens/entry_screens';
import { homeScreen } from './screens/home_screens';
import { installScreen, savedScreen } from './screens/install_screens';
import { issueScreen, issuingScreen } from './screens/issue_screens';
import { loginScreen, passwordScreen, registerScreen } from './screens/login_screens';
import { closedScreen, declinedScreen, overScreen, resultScreen } from './screens/result_screens';
import type { Shown } from './screens/screen';
import { newUserScreen, userScreen } from './screens/user_screens';
import { usersScreen } from './screens/users_screen';
import { stepsOf } from './steps';
import { inputsIn, typeAgain } from '../shared/typed';
import type { PortalState } from './types';

const screens: Record<Screen, (app: App, state: PortalState) => Shown> = {
  certificate: certificateScreen, entry: entryScreen, login: loginScreen, register: registerScreen, password: passwordScreen, home: homeScreen, users: usersScreen, newuser: newUserScreen, user: userScreen,
  authenticate: authenticateScreen, code: codeScreen, issue: issueScreen, issuing: issuingScreen, install: installScreen, saved: savedScreen,
  result: resultScreen, declined: declinedScreen, over: overScreen, closed: closedScreen,
};

const header = h('header'), steps = h('nav'), content = h('main', { id: 'content', tabindex: '-1' });

function fillHeader(app: App): void {
  const { words } = app;
  document.documentElement.lang = words.tag;
  header.replaceChildren(h('div', { class: 'inner' },
    h('p', { class: 'system' }, words.system),
    h('button', { type: 'button', class: 'language', lang: words.otherTag, click: () => app.speak(words.otherTag) }, words.other)));
}

function fillSteps(app: App, screen: Screen): void {
  const now = stepOf(screen);
  steps.setAttribute('aria-label', app.words.steps.label);
  steps.hidden = now === undefined;
  steps.replaceChildren(...(now === undefined ? [] : stepsOf(app.words, now)));
}

// Of forms that are not there yet.
let waiting: HTMLInputElement[] = [];

const view: View = {
  show(app, screen, moved, again) {
    if (!app.state) return;
    waiting = again ? [...waiting, ...inputsIn(content)] : [];
    const shown = screens[screen](app, app.state);
    const heading = h('h1', { tabindex: '-1' }, shown.title);
    fillHeader(app);
    fillSteps(app, screen);
    document.title = `${shown.title} – ${app.words.system}`;
    content.dataset['screen'] = screen;
    content.replaceChildren(heading, h('div', { id: 'problem' }), ...shown.body.filter((each): each is Node | string => Boolean(each)));
    waiting = typeAgain(waiting);
    if (moved) {
      window.scrollTo(0, 0);
      heading.focus({ preventScroll: true });
    }
    app.begin(shown.begin);
  },

  tell(app, problem) {
    const place = content.querySelector('#problem') ?? content;
    const [what, next] = problemWords(app.words, problem, app.state?.pack);
    const told = h('div', { class: 'problem', role: 'alert', tabindex: '-1' },
      h('p', { class: 'what' }, h('span', { class: 'mark', 'aria-hidden': 'true' }, '!'), what), h('p', {}, next),
      wantsNumber(app.words, problem) && h('p', { class: 'number' }, `${app.words.problem.number}: ${problem.instance.replace('urn:inkan:request:', '')}`),
      problem.rule === 'user.first-password' && button(app.words.problem.register, () => void app.act(() => app.go('/register'))),
      !app.state && h('button', { type: 'button', class: 'button', click: () => void app.act(() => app.arrive()) }, app.words.again));
    place.replaceChildren(told);
    mark(app, problem);
    // What was wrong with a taken ID is not the password.
    for (const secret of problem.status === 403 && problem.rule !== 'user.exists' ? content.querySelectorAll<HTMLInputElement>('input[type=password]') : []) secret.value = '';
    told.focus();
  },

  busy(busy) {
    content.setAttribute('aria-busy', String(busy));
    if (busy) content.querySelector('#problem')?.replaceChildren();
    else waiting = typeAgain(waiting);
  },
};

// The fields that it names; the page's own words for what the API finds, whose words are for engineers.
function mark(app: App, problem: Problem): void {
  for (const { pointer = '', detail } of problem.faults) {
    const input = content.querySelector<HTMLInputElement>(`[name="${CSS.escape(pointer.slice(2))}"]`);
    const place = input && document.getElementById(`${input.id}-fault`);
    if (!input || !place) continue;
    input.setAttribute('aria-invalid', 'true');
    place.textContent = problem.status === 0 ? detail : app.words.problem.rules['page.fields']?.[0] ?? '';
  }
}

// Back from the proof port; true: after a login that nobody used.
function takeAnswer(app: App): boolean {
  const idle = new URLSearchParams(location.search).has('idle');
  const installed = new URLSearchParams(location.search).get('installed');
  if (installed === 'no' || installed === 'other' || installed === 'unavailable') app.notice = installed;
  if (location.search) history.replaceState(null, '', location.pathname);
  return idle;
}

function begin(): void {
  const app = new App(view);
  const skip = h('a', { class: 'skip', href: '#content', click: (event) => { event.preventDefault(); content.focus(); } }, app.words.skip);
  document.body.replaceChildren(skip, header, steps, content);
  fillHeader(app);
  content.replaceChildren(h('h1', { tabindex: '-1' }, app.words.loading), h('div', { id: 'problem' }));
  const idle = takeAnswer(app);
  window.addEventListener('popstate', () => app.follow());
  // From the browser's cache of pages: what it shows may be long over.
  window.addEventListener('pageshow', (event) => { if (event.persisted) void app.act(() => app.arrive()); });
  logOutWhenIdle(app);
  void app.act(async () => {
    if (idle) {
      await app.post('/portal/logout');
      app.done = app.words.idle.ended;
    }
    await app.arrive();
  });
}

begin();
