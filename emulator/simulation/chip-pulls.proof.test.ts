/** A sale by chip that is broken off at every tenth millisecond. */
import { breakInTheMiddle } from './chip-pulls.testing.ts';

breakInTheMiddle(10);
