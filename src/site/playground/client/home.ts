import { element } from './element.js';
import { sessionBox } from './sessionBox.js';

element('session').replaceChildren(sessionBox());
