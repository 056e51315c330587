/** A pause for the event loop between thousands of small worlds. */

/** What streams have put off until the next turn holds their whole world: without a turn no world is ever forgotten. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
