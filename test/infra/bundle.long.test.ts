import { functions } from '../../infra/topology.ts';
import { checkBundles } from './bundle-checks.ts';

checkBundles(functions.map(({ name }) => name));
