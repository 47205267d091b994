// Which screen stands at an address.
import { p } from '../shared/dom';
import type { App } from './app';
import type { Place } from './places';
import { changeScreen } from './screens/change_screen';
import { findScreen } from './screens/find_screen';
import { membersScreen, organisationsScreen } from './screens/organisation_screens';
import { registerScreen } from './screens/register_screen';
import { revokeScreen } from './screens/revoke_screen';
import { linkTo, type Shown } from './screens/screen';
import { userScreen } from './screens/user_screen';

export async function screenOf(app: App, place: Place): Promise<Shown> {
  switch (place.name) {
    case 'find': return findScreen(app);
    case 'organisations': return organisationsScreen(app);
    case 'members': return membersScreen(app, place.organisation);
    case 'register': return registerScreen(app, place.organisation);
    case 'user': return userScreen(app, place.user);
    case 'change': return changeScreen(app, place.user);
    case 'revoke': return revokeScreen(app, place.user);
    case 'nowhere': {
      const words = app.words.nowhere;
      return { name: 'nowhere', title: words.title, body: [p(words.lead), p(linkTo(app, { name: 'find' }, words.find))] };
    }
  }
}
