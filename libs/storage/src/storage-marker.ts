/**
 * The name of the object that says whose storage this is. It holds the id that the system's database gives its storage. Storage without
 * it is not mounted, was emptied, or is none of ours. An empty one is a person's word that this is the storage: the API
 * that finds it writes its id there.
 */
export const markerKey = '.ekphrasis-storage';
