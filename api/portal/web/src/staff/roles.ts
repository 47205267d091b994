// Rule A15: what the pack's role table lets the bank's staff do. The API tells the table inside its TOML alone; where this does not find it plainly
// written there, it says yes: the API refuses what is not allowed, and the page tells that (role.table).
export function staffMay(document: string, act: string): boolean {
  const roles = /^\[roles\]\s*$([^]*?)(?=^\[|(?![^]))/m.exec(document)?.[1] ?? '';
  const acts = /^\s*(?:bank-staff|"bank-staff")\s*=\s*\[((?:\s*"[a-z.-]+"\s*,?)*)\s*\]/m.exec(roles)?.[1];
  return acts === undefined || acts.includes(`"${act}"`);
}
