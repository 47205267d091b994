// What was typed stays when a screen is made anew, in another language or after a refusal. It goes from input to input: a password is nowhere else.
export const inputsIn = (place: HTMLElement): HTMLInputElement[] => Array.from(place.querySelectorAll('input'));

// Those that have no successor, yet.
export function typeAgain(former: HTMLInputElement[]): HTMLInputElement[] {
  return former.filter((old) => {
    const now = document.getElementById(old.id);
    if (!(now instanceof HTMLInputElement) || now === old) return true;
    now.checked = old.checked;
    if (old.type === 'radio' || old.type === 'checkbox' || now.value === old.value) return false;
    now.value = old.value;
    now.dispatchEvent(new Event('input'));
    return false;
  });
}
