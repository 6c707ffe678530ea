/** Terms to captions in English, Spanish and Italian, by the word list of words.json. */

/** @typedef {import('./bundle.js').Term} Term */
/** @typedef {{text: string, gender: 'm' | 'f', plural?: string}} Forms */
/** @typedef {{es: Forms, it: Forms, plural?: string, part?: string, colors?: string}} Noun */
/** @typedef {{m: string, f: string, m_plural: string, f_plural: string}} Adjective */
/** @typedef {{es: Adjective, it: Adjective, metallic?: boolean}} Color */
/**
 * @typedef {object} WordList
 * @property {Record<string, Noun>} type
 * @property {Record<string, Color>} color
 * @property {Record<string, Noun>} material
 * @property {Record<string, Noun>} stone
 */
/** @typedef {{text: string, noun: Noun | null, plural: boolean, colors: string[]}} Thing */
/**
 * @typedef {object} Grammar
 * @property {'es' | 'it'} code
 * @property {(last: string) => string} and Conjunction before a phrase.
 * @property {string} madeOf
 * @property {string} setWith
 * @property {string} one Before a single stone, where nothing says what the piece is made of.
 * @property {string} several
 */

// "y" gives way before its own sound, but not before the glide of "hierro" or "iolita".
const SOUNDS_LIKE_Y = /^h?[ií](?![aeo])/i;

/** @type {Record<string, Grammar>} */
const ROMANCE = {
  es: {
    code: 'es',
    and: (last) => (SOUNDS_LIKE_Y.test(last) ? 'e' : 'y'),
    madeOf: 'de',
    setWith: 'con',
    one: 'de',
    several: 'de',
  },
  it: {
    code: 'it',
    and: (last) => (last[0]?.toLowerCase() === 'e' ? 'ed' : 'e'),
    madeOf: 'in',
    setWith: 'con',
    one: 'con',
    several: 'di',
  },
};

/** Languages that captions can be composed in. */
export const LANGUAGES = ['en', ...Object.keys(ROMANCE)];

/** @param {string} text @returns {string} Hyphens and capitals make no difference. */
function normalize(text) {
  return text.toLowerCase().replaceAll('-', ' ').split(/\s+/).filter(Boolean).join(' ');
}

/** @param {string[]} phrases @param {(last: string) => string} conjunction @returns {string} */
function conjoin(phrases, conjunction) {
  const last = phrases.at(-1) ?? '';
  const rest = phrases.slice(0, -1);
  return rest.length ? `${rest.join(', ')} ${conjunction(last)} ${last}` : last;
}

/** @param {(string | undefined)[]} parts @returns {string} */
function spaced(parts) {
  return parts.filter(Boolean).join(' ');
}

export class Composer {
  /** @param {WordList} words */
  constructor(words) {
    /** @type {Map<string, {noun: Noun, plural: boolean}>} */
    this.nouns = new Map();
    for (const list of [words.type, words.material, words.stone]) {
      for (const [text, noun] of Object.entries(list)) {
        this.nouns.set(normalize(text), { noun, plural: false });
        if (noun.plural) this.nouns.set(normalize(noun.plural), { noun, plural: true });
      }
    }
    this.colors = new Map(
      Object.entries(words.color).map(([text, color]) => [normalize(text), color]),
    );
  }

  /**
   * @param {Term[]} terms
   * @param {string} language One of `LANGUAGES`.
   * @returns {string}
   */
  compose(terms, language) {
    const piece = this.readPiece(terms);
    return language in ROMANCE ? this.romance(piece, ROMANCE[language]) : english(piece);
  }

  /** Sorts the terms by the roles that they have in a sentence. @param {Term[]} terms */
  readPiece(terms) {
    const textsOf = (kind) => terms.filter((term) => term.kind === kind).map((term) => term.text);
    const bearers = new Map(
      [...textsOf('material'), ...textsOf('stone')].map((text) => [
        text,
        this.nouns.get(normalize(text))?.noun ?? null,
      ]),
    );
    const said = [...bearers.keys()].map((text) => ` ${normalize(text)} `).join('|');
    const colors = textsOf('color').filter((color) => !said.includes(` ${normalize(color)} `));
    /** @param {string} kind @param {string} [part] @returns {Thing[]} */
    const things = (kind, part) =>
      textsOf(kind).flatMap((text) => {
        const { noun = null, plural = false } = this.nouns.get(normalize(text)) ?? {};
        if (part && (noun?.part ?? 'body') !== part) return [];
        const own = colors.filter((c) => kind !== 'type' && this.bearer(c, bearers) === text);
        return [{ text, noun, plural, colors: own }];
      });
    return {
      types: things('type'),
      model: textsOf('model').join(' '),
      colors: colors.filter((color) => this.bearer(color, bearers) === null),
      body: things('material', 'body'),
      platings: things('material', 'plating'),
      coatings: things('material', 'coating'),
      inlays: things('material', 'inlay'),
      stones: things('stone'),
    };
  }

  /**
   * The one term among materials and stones that a color can be of.
   * @param {string} color @param {Map<string, Noun | null>} nouns @returns {string | null}
   */
  bearer(color, nouns) {
    if (this.colors.get(normalize(color))?.metallic) return null;
    for (const kind of ['any', 'fancy']) {
      const fit = [...nouns].filter(([, noun]) => noun?.colors === kind);
      if (fit.length) return fit.length === 1 ? fit[0][0] : null;
    }
    return null;
  }

  /** @param {ReturnType<Composer['readPiece']>} piece @param {Grammar} grammar @returns {string} */
  romance(piece, grammar) {
    const head = this.head(piece, grammar);
    const parts = head ? [head] : [];
    const after = (preposition, things) => {
      if (parts.length) parts.push(preposition);
      parts.push(conjoin(things.map((thing) => this.phrase(thing, grammar)), grammar.and));
    };
    if (piece.body.length) after(grammar.madeOf, piece.body);
    const applied = [...piece.platings, ...piece.coatings];
    const trims = [...applied, ...piece.inlays, ...piece.stones];
    if (trims.length) {
      let preposition = grammar.setWith;
      if (!piece.body.length && !applied.length) {
        preposition = trims.length > 1 || trims[0].plural ? grammar.several : grammar.one;
      }
      after(preposition, trims);
    }
    return parts.join(' ');
  }

  /** @param {ReturnType<Composer['readPiece']>} piece @param {Grammar} grammar @returns {string} */
  head(piece, grammar) {
    const genders = piece.types.flatMap(({ noun }) => (noun ? [noun[grammar.code].gender] : []));
    // One masculine noun among several makes the adjective masculine.
    const gender = genders.length && genders.every((one) => one === 'f') ? 'f' : 'm';
    const plural = piece.types.length > 1 || piece.types.some((thing) => thing.plural);
    const types = piece.types.map((thing) => this.phrase(thing, grammar));
    const color = this.colored(piece.colors, gender, plural, grammar);
    return spaced([conjoin(types, grammar.and), piece.model, color]);
  }

  /** @param {Thing} thing @param {Grammar} grammar @returns {string} */
  phrase(thing, grammar) {
    if (thing.noun === null) return thing.text;
    const forms = thing.noun[grammar.code];
    const noun = thing.plural && forms.plural ? forms.plural : forms.text;
    return spaced([noun, this.colored(thing.colors, forms.gender, thing.plural, grammar)]);
  }

  /** @param {string[]} colors @param {'m' | 'f'} gender @param {boolean} plural @param {Grammar} grammar */
  colored(colors, gender, plural, grammar) {
    const words = colors.map((text) => {
      const entry = this.colors.get(normalize(text));
      return entry ? entry[grammar.code][plural ? `${gender}_plural` : gender] : text;
    });
    return conjoin(words, grammar.and);
  }
}

/** "Taurus white gold, diamonds earring". @param {ReturnType<Composer['readPiece']>} piece */
function english(piece) {
  const joined = (/** @type {Thing[]} */ things) =>
    conjoin(
      things.map((thing) => spaced([thing.colors.join(' and '), thing.text])),
      () => 'and',
    );
  const materials = joined([...piece.body, ...piece.coatings, ...piece.inlays]);
  // Plating is said of a metal ("gold-plated silver"), but not of enamel or beads.
  const join = piece.body.length ? ' ' : ' and ';
  const madeOf = [joined(piece.platings), materials].filter(Boolean).join(join);
  const body = spaced([piece.colors.join(' and '), madeOf]);
  const looks = [body, joined(piece.stones)].filter(Boolean).join(', ');
  return spaced([piece.model, looks, joined(piece.types)]);
}
