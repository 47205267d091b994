// What the browser remembers for the page. One that lets nothing be kept (SecurityError) has a page that forgets.
type Kept = 'session' | 'always';

const place = (kept: Kept): Storage => (kept === 'always' ? localStorage : sessionStorage);

export function recall(kept: Kept, name: string): string {
  try {
    return place(kept).getItem(name) ?? '';
  } catch {
    return '';
  }
}

export function remember(kept: Kept, name: string, value: string): void {
  try {
    place(kept).setItem(name, value);
  } catch {
    // Until the window closes, the page itself knows.
  }
}
