"""Spanish captions as shops write them, with what a person reads in them.

By caption: `type; materials; stones; colors; model`, several values separated by commas, or `!` and
the code of why there is nothing to read. Fields at the end that are empty are left out.
"""

from __future__ import annotations

from typing import Final

SPANISH: Final = {
    "Anillo de compromiso en oro blanco 18k con diamante central": "ring; white gold; diamond",
    "Aretes de plata 925 con circonias": "earring; silver; cubic zirconias",
    "Pendientes largos chapados en oro, perla barroca": "earring; gold-plated; pearl",
    "COLLAR CORAZÓN ACERO INOXIDABLE DORADO": "necklace; stainless steel; ; golden",
    "Pulsera hilo rojo con dije de ojo turco": "bracelet; thread; ; red",
    "Gargantilla de oro rosa con esmeraldas y brillantes": (
        "necklace; rose gold; emeralds, diamonds"
    ),
    "Sortija solitario platino": "ring; platinum",
    "Brazalete rígido de latón bañado en oro de 24k": "bracelet; brass, gold-plated",
    "Zarcillos de plata con ónix negro": "earring; silver; onyx",
    "Cadena de plata para hombre eslabón cubano": "necklace; silver",
    "Dije de la Virgen en oro 14k": "necklace; gold",
    "Tobillera de plata": "!other-piece",
    "Reloj dorado": "!other-piece",
    "Broche camafeo": "!other-piece",
    "Gemelos de plata": "!other-piece",
    "Llavero de cuero": "!other-piece",
    "Arracadas grandes de oro amarillo 10 k": "earring; yellow gold",
    "Aros de plata con perlas cultivadas de río": "earring; silver; pearls",
    "Anillo sin piedras, acero quirúrgico": "ring; stainless steel",
    "Alianzas de boda en oro bicolor": "ring; gold; ; two-tone",
    "Pulsera tejida en macramé con piedra volcánica": "bracelet; macrame; lava stone",
    "Conjunto de collar y aretes con turquesas": "earring, necklace; ; turquoises",
    "Juego de anillos ajustables \u2013 plata y turquesa natural": "ring; silver; turquoise",
    "Collar largo con colgante de amatista y cordón de cuero": "necklace; leather; amethyst",
    "Topos de oro 18 quilates para niña": "earring; gold",
    "Argollas de plata 30mm": "earring; silver",
    "Anillo color plata con cristales swarovski": "ring; ; crystals; silver-colored",
    "Manilla en mostacilla checa multicolor": "bracelet; beads; ; multicolor",
    "Candongas en oro laminado": "earring; gold-filled",
    "Pulsera de perlas de imitación con cierre de plata": "bracelet; silver; pearls",
    "Pendiente de oro con rubí": "earring; gold; ruby",
    'Anillo "Alhambra" de oro y zafiros': "ring; gold; sapphires; ; Alhambra",
    "Collar Camila - Plata de ley, circonita": "necklace; silver; cubic zirconia; ; Camila",
    "Brazalete con granates y marcasitas, plata envejecida": (
        "bracelet; oxidized silver; garnets, marcasites"
    ),
    "anillo plata esterlina piedra de luna talla 7": "ring; silver; moonstone",
    "ARETES OPALO AZUL 100% PLATA .925 MXN $350": "earring; silver; opal; blue",
    "Pulseras de cuero negro para hombre (acero)": ("bracelet; leather, stainless steel; ; black"),
    "Collar de resina y flores secas": "necklace; resin",
    "Pendientes de madera pintados a mano, verde": "earring; wood; ; green",
    "Gargantilla terciopelo negro": "necklace; velvet; ; black",
    "Escapulario oro 18K": "necklace; gold",
    "Esclava de plata con nombre grabado": "bracelet; silver",
    "Dormilonas de perla y oro": "earring; gold; pearl",
    "Anillo de oro o plata": "ring",
    "Pulsera nácar & coral rojo": "bracelet; mother of pearl; coral",
    "Pendientes plata rodiada y circonitas blancas": (
        "earring; silver, rhodium-plated; cubic zirconias"
    ),
    "Set 3 pares de aretes dorados de fantasía": "earring; ; ; golden",
    "Collar de bolitas de oro golfi": "necklace; gold-plated",
    "anillo-oro-blanco-brillantes.jpg": "ring; white gold; diamonds",
    "Aretes de gota rojo rubí bañados en plata": "earring; silver-plated; ; red",
    "Cruz de plata con cadena": "necklace; silver",
    "Pulsra de plata": "bracelet; silver",
    "Aro de plata con zirconia para nariz": "!other-piece",
    "Anillo de oro 14k con esmeralda colombiana": "ring; gold; emerald",
    "Cadena cubana 10k oro amarillo 22 pulgadas": "necklace; yellow gold",
    "Rosario de cristal": "necklace; ; crystal",
    "Par de aretes huggies en chapa de oro": "earring; gold-plated",
    "Pulsera de piedras naturales: ojo de tigre, ónix y lava": (
        "bracelet; ; tiger's eye, onyx, lava stone"
    ),
    "Collar de perlas naturales con broche en oro blanco": "necklace; white gold; pearls",
    "Anillo de graduación en plata con piedra azul": "ring; silver; stone; blue",
    "Aretes para dama, baño de rodio, cristal rosa": "earring; rhodium-plated; crystal; pink",
    "Arracadas de filigrana oaxaqueña": "earring",
    "Brazalete tous plata": "bracelet; silver",
    "Set collar + aretes acero inoxidable dorado": "earring, necklace; stainless steel; ; golden",
    "Anillo doble corazón - acero - talla 6, 7, 8": "ring; stainless steel",
    "Pulsera para hombre en cuero trenzado marrón y acero": (
        "bracelet; leather, stainless steel; ; brown"
    ),
    "Pendientes de botón, perla gris": "earring; ; pearl; gray",
    'Collar con inicial "M" en plata bañada en oro': "necklace; silver, gold-plated",
    "Earcuff plata 925 (sin perforación)": "earring; silver",
    "Anillos de compromiso": "ring",
    "Chaton de moissanita en oro blanco": "!no-type",
    "Pulsera charm corazón rojo esmaltado": "bracelet; enamel; ; red",
    "Aretes largos color turquesa": "earring; ; ; turquoise",
    "Joyero de terciopelo": "!other-piece",
    "Aretes Luciana con perla cultivada": "earring; ; pearl; ; Luciana",
    "Sortija de oro rosa, amatista y zafiros blancos": (
        "ring; rose gold; amethyst, sapphires; white"
    ),
    "Collar multicapa dorado, acero quirúrgico": "necklace; stainless steel; ; golden",
    "Hermoso anillo ajustable con piedra de cuarzo rosa, baño de oro 18k. Envío gratis": (
        "ring; gold-plated; rose quartz"
    ),
    "PENDIENTES ORO 1ª LEY PERLA 6MM BEBE": "earring; gold; pearl",
    "Pulsera rivière de plata de ley con circonitas": "bracelet; silver; cubic zirconias",
    "Colgante cruz oro amarillo 18 kl": "necklace; yellow gold",
    "Aretes trepadores chapa oro 14k": "earring; gold-plated",
    "Alianza media caña oro 18k 4mm": "ring; gold",
    "Gargantilla de acero con dijes de luna y estrella": "necklace; stainless steel",
    "Cordón negro con dije de jade": "necklace; cord; jade; black",
    "Anillo sello hombre plata y ónix": "ring; silver; onyx",
    "Pendientes aro con colgante de nácar": "earring; mother of pearl",
    "Collar choker perlitas y cristales checos": "necklace; ; pearls, crystals",
    "Brazaletes de cobre (par)": "bracelet; copper",
    "Aretes artesanales de chaquira, rojos": "earring; beads; ; red",
    "Pulsera oro rosado tipo esclava": "bracelet; rose gold",
    "Candado de oro para bebé": "earring; gold",
    "Dije medalla San Benito acero dorado": "necklace; stainless steel; ; golden",
    "Anillo Rosetón de Oro Blanco": "ring; white gold",
    "COLLAR MANGALA DE PLATA": "necklace; silver",
    "Collar Ibiza - Acero inoxidable": "necklace; stainless steel; ; ; Ibiza",
}
