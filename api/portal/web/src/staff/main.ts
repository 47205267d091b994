// The frame around the screens: names, language, tasks, and the place where refusals are told.
import { h, note } from '../shared/dom';
import type { Problem } from '../shared/calls';
import { inputsIn, typeAgain } from '../shared/typed';
import { App, type View } from './app';
import { addressOf, type Place } from './places';
import { problemWords } from './problem_words';
import { screenOf } from './screen_choice';

const header = h('header'), tasks = h('nav', { class: 'tasks' }), content = h('main', { id: 'content', class: 'staff', tabindex: '-1' });

function fillFrame(app: App): void {
  const { words } = app;
  document.documentElement.lang = words.tag;
  header.replaceChildren(h('div', { class: 'inner' },
    h('p', { class: 'system' }, h('span', {}, words.system), ' ', h('span', { class: 'who' }, words.staffOnly)),
    h('button', { type: 'button', class: 'language', lang: words.otherTag, click: () => app.speak(words.otherTag) }, words.other)));
  tasks.setAttribute('aria-label', words.places.label);
  const link = (place: Place, label: string) => h('li', {}, h('a', {
    href: addressOf(place), ...(app.place.name === place.name && { 'aria-current': 'page' }),
    click: (event) => { event.preventDefault(); void app.act(() => app.go(place)); },
  }, label));
  tasks.replaceChildren(h('ul', {}, link({ name: 'find' }, words.places.find), link({ name: 'organisations' }, words.places.organisations)));
}

let shown = '', standing = '';

const view: View = {
  async show(app, place) {
    const address = addressOf(place), again = shown === address, former = inputsIn(content);
    fillFrame(app);
    if (!again) {
      content.removeAttribute('data-screen');
      content.replaceChildren(h('h1', { tabindex: '-1' }, app.words.loading), h('div', { id: 'problem' }));
    }
    shown = '';
    const screen = await screenOf(app, place);
    shown = address;
    const heading = h('h1', { tabindex: '-1' }, screen.title);
    document.title = `${screen.title} – ${app.words.system}`;
    const told = h('div', { role: 'status' }, app.notice && note('good', h('p', {}, app.notice)));
    app.notice = '';
    content.replaceChildren(heading, h('div', { id: 'problem' }), told, ...screen.body.filter((each): each is Node | string => Boolean(each)));
    content.dataset['screen'] = screen.name;
    if (again) typeAgain(former);
    if (!again || screen.name !== standing) window.scrollTo(0, 0);
    standing = screen.name;
    heading.focus({ preventScroll: true });
  },

  tell(app, problem) {
    const loading = content.dataset['screen'] === undefined;
    if (loading) content.querySelector('h1')?.replaceChildren(app.words.problem.failed);
    const place = content.querySelector('#problem') ?? content;
    const [what, next] = problemWords(app.words, problem);
    const told = h('div', { class: 'problem', role: 'alert', tabindex: '-1' },
      h('p', { class: 'what' }, h('span', { class: 'mark', 'aria-hidden': 'true' }, '!'), what), h('p', {}, next),
      problem.instance && h('p', { class: 'number' }, `${app.words.problem.number}: ${problem.instance.replace('urn:inkan:request:', '')}`),
      loading && h('button', { type: 'button', class: 'button', click: () => void app.act(() => app.arrive()) }, app.words.again));
    place.replaceChildren(told);
    mark(app, problem);
    if (loading) content.dataset['screen'] = 'failed';
    told.focus();
  },

  busy(busy) {
    content.setAttribute('aria-busy', String(busy));
    if (busy) content.querySelector('#problem')?.replaceChildren();
  },
};

// The fields that it names; the page's own words for what the API finds, whose words are for engineers.
function mark(app: App, problem: Problem): void {
  for (const { pointer = '', detail } of problem.faults) {
    const input = content.querySelector<HTMLInputElement>(`[name="${CSS.escape(pointer.slice(2))}"]`);
    const place = input && document.getElementById(`${input.id.replace(/-[0-9]+$/, '')}-fault`);
    if (!input || !place) continue;
    if (input.type !== 'radio') input.setAttribute('aria-invalid', 'true');
    place.textContent = problem.status === 0 ? detail : app.words.problem.rules['page.fields']?.[0] ?? '';
  }
}

function begin(): void {
  const app = new App(view);
  const skip = h('a', { class: 'skip', href: '#content', click: (event) => { event.preventDefault(); content.focus(); } }, app.words.skip);
  document.body.replaceChildren(skip, header, tasks, content);
  window.addEventListener('popstate', () => app.follow());
  // From the browser's cache of pages: what it shows may be long over.
  window.addEventListener('pageshow', (event) => { if (event.persisted) app.follow(); });
  void app.act(() => app.arrive());
}

begin();
