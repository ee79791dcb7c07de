type Attributes = Record<string, string | boolean | undefined>;

/** Makes an element; text is only ever set as text, so that no name of a function becomes markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Attributes = {},
	...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value === undefined || value === false) continue;
		made.setAttribute(name, value === true ? "" : value);
	}
	made.append(...children);
	return made;
}

export function button(label: string, attributes: Attributes, onClick: () => void): HTMLButtonElement {
	const made = element("button", { type: "button", class: "fp-button", ...attributes }, label);
	made.addEventListener("click", onClick);
	return made;
}
