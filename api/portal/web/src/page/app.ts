// The page's one state: what the server says, what this window knows, and which screen that makes.
import { get, post, Problem, type Answer } from '../shared/calls';
import { Acts } from '../shared/acts';
import { choose } from '../shared/dialog';
import { dropKey, dropOldKeys } from './key_store';
import { forgetFile } from './saved_file';
import { recall, remember } from '../shared/memory';
import { chooseScreen, underWay, type Local, type Screen } from './screen_choice';
import type { Enrolment, PortalState } from './types';
import type { Words } from '../texts/ja';
import { en } from '../texts/en';
import { ja } from '../texts/ja';

export interface View {
  // `again`: the same screen in other words, with what was typed.
  show(app: App, screen: Screen, moved: boolean, again: boolean): void;
  tell(app: App, problem: Problem): void;
  busy(busy: boolean): void;
}

const remembered = { language: 'inkan-language', dismissed: 'inkan-dismissed', declined: 'inkan-declined' };
const goneKeys = new Set(['confirmed', 'declined', 'revoked', 'expired', 'failed', 'possibly_signed', 'cancelled', 'timed_out']);

export class App {
  state: PortalState | undefined;
  words: Words = recall('always', remembered.language) === 'en' ? en : ja;
  // Told once, on the next screen.
  notice: keyof Words['install']['notSeen'] | 'password' | undefined;
  done = '';
  readonly local: Local = {
    path: location.pathname, certificateSeen: false, dismissed: recall('session', remembered.dismissed), asking: '', keyKind: 'P-256', saved: '', declined: recall('session', remembered.declined), closed: false,
  };
  private screen: Screen | undefined;
  private readonly acts = new Acts({ busy: (busy) => this.view.busy(busy), fail: (error) => this.fail(error), arrive: () => this.arrive() });

  constructor(private readonly view: View) {}

  get enrolment(): Enrolment {
    if (!this.state?.enrolment) throw Problem.ofPage('enrol.ticket');
    return this.state.enrolment;
  }

  act(work: () => Promise<void>): Promise<void> {
    return this.acts.act(work);
  }

  follow(): void {
    this.local.path = location.pathname; // what ends meanwhile must not show its screen over another
    this.acts.follow();
  }

  begin(work: (() => void) | undefined): void {
    this.acts.begin(work);
  }

  // Where the refusal means that the server knows better, its state is shown, with the refusal on it.
  async fail(error: unknown): Promise<void> {
    if (!(error instanceof Problem)) console.error(error);
    const problem = error instanceof Problem ? error : Problem.ofPage(error instanceof DOMException ? 'page.key' : 'page.unexpected');
    if (/^(enrol\.(ticket|over|issued)|user\.ticket)$/.test(problem.rule)) await this.refresh().catch(() => undefined);
    this.view.tell(this, problem);
  }

  post<T>(path: string, body: object = {}): Promise<Answer<T>> {
    return post<T>(path, this.words.tag, body);
  }

  get<T>(path: string): Promise<T> {
    return get<T>(path, this.words.tag);
  }

  async refresh(): Promise<void> {
    this.state = await this.get<PortalState>('/portal/state');
    await this.forgetKeys(this.state.enrolment);
    this.render();
  }

  // What a call answered: the newest that is known. (A declined enrolment is told this once.)
  take(enrolment: Enrolment): void {
    if (this.state) this.state.enrolment = enrolment;
    void this.forgetKeys(enrolment);
    // ⑥ goes on while the user looks elsewhere.
    if (this.local.path === '/enrol') this.render();
  }

  private async forgetKeys(enrolment: Enrolment | null): Promise<void> {
    try {
      if (enrolment && goneKeys.has(enrolment.state)) {
        forgetFile();
        await dropKey(enrolment.id);
      }
      await dropOldKeys(enrolment?.id, Date.now());
    } catch {
      // Without IndexedDB there are none; ⑤ will say so.
    }
  }

  render(again = false): void {
    if (!this.state) return;
    const next = chooseScreen(this.state, this.local);
    const moved = next !== this.screen;
    this.screen = next;
    this.view.show(this, next, moved, again);
  }

  // `subject`: whom the screen is about.
  async go(path: string, subject = ''): Promise<void> {
    const hash = subject && `#${encodeURIComponent(subject)}`;
    if (path !== location.pathname || location.search || hash !== location.hash) history.pushState(null, '', path + hash);
    await this.arrive();
  }

  subject(): string {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return ''; // typed by hand
    }
  }

  // At an address: by a link, the browser's Back, or a reload.
  async arrive(): Promise<void> {
    this.local.path = location.pathname;
    this.local.closed = false;
    this.screen = undefined;
    await this.refresh();
  }

  // R24: to ④. After one that is done a new one begins; one that is under way may be another user's.
  async enrol(): Promise<void> {
    const enrolment = this.state && underWay(this.state, this.local), words = this.words.entry;
    if (enrolment) {
      const answer = await choose(this.words, {
        warning: '', title: words.whose(enrolment.user_id), more: words.another(enrolment.user_id), yes: words.goOn, no: words.beginAnew, focus: 'yes',
      });
      if (answer === '') return;
      if (answer === 'no') this.dismiss(enrolment.id);
    } else if (this.state?.enrolment) {
      this.dismiss(this.state.enrolment.id);
    }
    await this.go('/enrol');
  }

  // 閉じる: seen, and to be forgotten here.
  async close(): Promise<void> {
    await this.post('/portal/enrolment/close');
    if (this.state?.enrolment) this.dismiss(this.state.enrolment.id);
  }

  decline(enrolment: Enrolment): void {
    this.local.declined = enrolment.id;
    remember('session', remembered.declined, enrolment.id);
    this.take(enrolment);
  }

  dismiss(enrolment: string): void {
    forgetFile();
    this.local.dismissed = enrolment;
    remember('session', remembered.dismissed, enrolment);
  }

  speak(language: 'ja' | 'en'): void {
    remember('always', remembered.language, language);
    this.words = language === 'en' ? en : ja;
    this.screen = undefined;
    this.render(true);
  }
}
