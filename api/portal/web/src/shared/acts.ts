// One thing at a time: a second click while the first is under way does nothing, and what the browser's Back asks
// meanwhile comes after it.
import { closeQuestions } from './dialog';

export interface Page {
  busy(busy: boolean): void;
  fail(error: unknown): void | Promise<void>;
  arrive(): Promise<void>; // at the address that the browser now has
}

export class Acts {
  private acting = false;
  private moved = false;
  private next: (() => void) | undefined;

  constructor(private readonly page: Page) {}

  async act(work: () => Promise<void>): Promise<void> {
    if (this.acting) return;
    this.acting = true;
    this.page.busy(true);
    try {
      await work();
    } catch (error) {
      await this.page.fail(error);
    } finally {
      this.acting = false;
      this.page.busy(false);
    }
    const next = this.next;
    this.next = undefined;
    if (this.moved) this.follow();
    else next?.();
  }

  // Back, Forward or a link: at once, or when what is under way has ended; what it was asking then is not answered by はい.
  follow(): void {
    this.moved = true;
    closeQuestions();
    if (this.acting) return;
    this.moved = false;
    void this.act(() => this.page.arrive());
  }

  // What a screen does by itself once it stands there: after the act that led to it.
  begin(work: (() => void) | undefined): void {
    if (this.acting) this.next = work;
    else work?.();
  }
}
