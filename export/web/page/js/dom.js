/** Small helpers for the page's elements. */

/**
 * @param {string} id
 * @returns {any} The element; index.html has it.
 */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {(Node | string)[]} [children]
 * @returns {any}
 */
export function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * Fills a fieldset with one radio button for each choice.
 * @param {HTMLFieldSetElement} fieldset
 * @param {{value: string, label: string, more?: string, lang?: string}[]} choices
 * @param {string} chosen
 */
export function fillChoices(fieldset, choices, chosen) {
  const focused = fieldset.contains(document.activeElement);
  fieldset.querySelectorAll('label').forEach((label) => label.remove());
  for (const { value, label, more, lang = '' } of choices) {
    const checked = value === chosen;
    const input = element('input', { type: 'radio', name: fieldset.id, value, checked });
    const text = element('span', { lang }, [label]);
    if (more) text.append(element('span', {}, [more]));
    fieldset.append(element('label', {}, [input, text]));
    if (checked && focused) input.focus();
  }
}
