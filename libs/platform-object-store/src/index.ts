export { DirectoryObjectStore } from './directory-object-store.js';
export { objectStoreErrors } from './errors.js';
export {
  ObjectStore,
  type GetOptions,
  type ListOptions,
  type ObjectHead,
  type ObjectInfo,
  type PutOptions,
  type StoredObject,
} from './object-store.js';
export { openObjectStore, type ObjectStoreConfig } from './open-object-store.js';
