// A login that nobody uses ends: a word before, and a minute to answer it (WCAG 2.2.1). By the clock, not by timers, since these
// stop while a computer sleeps.
export const idleAfter = 10 * 60_000;
export const answerWithin = 60_000;

export interface Idle {
  stillThere(): void; // asks
  gone(): void; // logs out
}

export class IdleWatch {
  private last: number;
  private asked = false;

  constructor(private readonly idle: Idle, now: number) {
    this.last = now;
  }

  // Somebody pressed or typed something. Once asked, the question alone counts.
  used(now: number): void {
    if (!this.asked) this.last = now;
  }

  answered(now: number): void {
    this.asked = false;
    this.last = now;
  }

  look(now: number): void {
    const since = now - this.last;
    if (since >= idleAfter) {
      this.answered(now);
      this.idle.gone();
    } else if (since >= idleAfter - answerWithin && !this.asked) {
      this.asked = true;
      this.idle.stillThere();
    }
  }
}
