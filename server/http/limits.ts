/** What one request may be and take. Each figure says why it is not smaller. */

/** A recording request may carry a bpftrace program of 64 Ki characters, each up to 6 bytes in JSON. */
export const JSON_BODY_BYTES = 512 * 1024;

/** A whole request must have arrived by then: a 4 MiB chunk of an upload at 64 KiB/s takes 64 s. */
export const REQUEST_TIMEOUT_MS = 120_000;

/** A browser sends its headers at once; whoever dribbles them holds a connection for nothing. */
export const HEADERS_TIMEOUT_MS = 20_000;

/** Bearer tokens with many groups reach 8 KiB. */
export const HEADER_BYTES = 16 * 1024;

/** Longest name in a path: a Kubernetes object name. */
export const PATH_PARAMETER_CHARACTERS = 253;

/** Downloads under way get this long to finish when the server closes. */
export const CLOSE_GRACE_MS = 5_000;
/** At once, on one listener. One that is kept open costs some 70 kB: more would end a server that is starved of CPU. */
export const MAX_CONNECTIONS = 4_000;
