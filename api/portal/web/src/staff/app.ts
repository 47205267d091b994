// The page's one state: where it is, in which language, and the one thing that it does at a time.
import { Acts } from '../shared/acts';
import { call, Problem } from '../shared/calls';
import { recall, remember } from '../shared/memory';
import { addressOf, placeOf, type Place } from './places';
import type { KnownCertificate, Organisation, Pack } from './types';
import { en } from './texts/en';
import { ja, type StaffWords } from './texts/ja';

export interface View {
  show(app: App, place: Place): Promise<void>;
  tell(app: App, problem: Problem): void;
  busy(busy: boolean): void;
}

const language = 'inkan-language';

export class App {
  words: StaffWords = recall('always', language) === 'en' ? en : ja;
  place: Place = { name: 'find' };
  // Told once, on the next screen.
  notice = '';
  // What came of a revocation, as long as its screen stands.
  revoked: KnownCertificate[] | undefined;
  private readonly acts = new Acts({
    busy: (busy) => this.view.busy(busy), fail: (error) => this.fail(error), arrive: () => {
      this.revoked = undefined;
      return this.arrive();
    },
  });
  private known: Promise<Pack> | undefined;

  constructor(private readonly view: View) {}

  act(work: () => Promise<void>): Promise<void> {
    return this.acts.act(work);
  }

  private fail(error: unknown): void {
    if (!(error instanceof Problem)) console.error(error);
    this.view.tell(this, error instanceof Problem ? error : Problem.ofPage('other'));
  }

  async get<T>(path: string): Promise<T> {
    return (await call<T>('GET', path, this.words.tag)).body;
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    return (await call<T>('POST', path, this.words.tag, body)).body;
  }

  // It changes with a new configuration of the daemon only.
  pack(): Promise<Pack> {
    this.known ??= this.get<Pack>('/v1/policy-pack').catch((error: unknown) => {
      this.known = undefined;
      throw error;
    });
    return this.known;
  }

  async organisation(id: string): Promise<Organisation | undefined> {
    return (await this.get<{ items: Organisation[] }>('/v1/organisations')).items.find((each) => each.id === id);
  }

  async go(place: Place): Promise<void> {
    this.revoked = undefined;
    if (addressOf(place) !== location.hash) history.pushState(null, '', addressOf(place));
    await this.arrive();
  }

  async arrive(): Promise<void> {
    this.place = placeOf(location.hash);
    await this.view.show(this, this.place);
  }

  follow(): void {
    this.acts.follow();
  }

  speak(tag: 'ja' | 'en'): void {
    remember('always', language, tag);
    this.words = tag === 'en' ? en : ja;
    void this.act(() => this.arrive());
  }
}
