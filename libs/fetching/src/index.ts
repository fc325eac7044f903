export { AddressPolicy } from './address-policy.js';
export { createPictureFetcher, type FetcherDependencies } from './create-picture-fetcher.js';
export { FetchError, type FetchErrorCode } from './fetching.errors.js';
export { FetchingModule, PICTURE_FETCHER } from './fetching.module.js';
export { FetchingSettings } from './fetching.settings.js';
export type { FetchOptions, Hosts, PictureFetcher } from './picture-fetcher.js';
export { isPictureUrl, LONGEST_PICTURE_URL, parsePictureUrl } from './picture-url.js';
export type { ResolveHost } from './names/resolve-host.js';
