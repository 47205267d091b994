// Lists as one sequence, whatever the size of their pages.

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

// Every item, each page asked for when the one before is used up. `ask` hands `at` to the call's query.
export async function* items<Item>(ask: (at: { readonly cursor?: string }) => Promise<{ readonly data: Page<Item> }>): AsyncGenerator<Item, void, undefined> {
  let at: { cursor?: string } = {};
  for (;;) {
    const { data } = await ask(at);
    yield* data.items;
    if (data.next === null) return;
    at = { cursor: data.next };
  }
}
