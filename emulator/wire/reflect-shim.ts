/** The three functions of the Reflect metadata proposal that `@peculiar/x509` wants to find before it loads. */

// Its container asks for constructor parameters; the classes that it makes here have none.
const none = (): undefined => undefined;

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { getMetadata: none, getOwnMetadata: none, defineMetadata: none });
}
