/** What `@peculiar/x509` looks for before it loads: the metadata functions of a proposal that Node does not have. */

// Nothing that the tests make has constructor parameters to be injected, so there is no metadata to keep.
const nothing = (): undefined => undefined;

Object.assign(Reflect, { getMetadata: nothing, getOwnMetadata: nothing, defineMetadata: nothing });
