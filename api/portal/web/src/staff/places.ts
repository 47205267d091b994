// Which screen an address means. It stands behind the #, so that nothing of it is sent, and reload and Back keep it.
export type Place =
  | { name: 'find' | 'organisations' | 'nowhere' }
  | { name: 'members' | 'register'; organisation: string }
  | { name: 'user' | 'revoke' | 'change'; user: string };

const uuid = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';

export function placeOf(hash: string): Place {
  if (hash === '' || hash === '#' || hash === '#/') return { name: 'find' };
  if (hash === '#/organisations') return { name: 'organisations' };
  const [, organisation, register] = new RegExp(`^#/organisations/${uuid}(/register)?$`).exec(hash) ?? [];
  if (organisation) return { name: register ? 'register' : 'members', organisation };
  const [, user, act] = new RegExp(`^#/users/${uuid}(?:/(revoke|change))?$`).exec(hash) ?? [];
  return user ? { name: act === 'revoke' || act === 'change' ? act : 'user', user } : { name: 'nowhere' };
}

export function addressOf(place: Place): string {
  switch (place.name) {
    case 'organisations': return '#/organisations';
    case 'members': return `#/organisations/${place.organisation}`;
    case 'register': return `#/organisations/${place.organisation}/register`;
    case 'user': return `#/users/${place.user}`;
    case 'change': return `#/users/${place.user}/change`;
    case 'revoke': return `#/users/${place.user}/revoke`;
    default: return '#/';
  }
}
