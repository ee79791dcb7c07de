type Directives = Record<string, string[]>;

/** The page: only its own files, nothing inline, nothing from elsewhere. Stylesheets carry small images as data. */
export const PAGE_POLICY: Directives = {
	"default-src": ["'self'"],
	"img-src": ["'self'", "data:"],
	"base-uri": ["'none'"],
	"form-action": ["'none'"],
	"frame-ancestors": ["'none'"],
	"object-src": ["'none'"],
};

/** Swagger UI puts one fixed style element (its logo's) into its page. */
const SWAGGER_STYLE = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

export const DOCS_POLICY: Directives = { ...PAGE_POLICY, "style-src": ["'self'", SWAGGER_STYLE] };

/** A downloaded file that a browser opens after all: no scripts of this origin, no requests, no forms. */
export const FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
