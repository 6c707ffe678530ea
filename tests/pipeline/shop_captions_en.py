"""English captions as shops write them, with what a person reads in them.

By caption: `type; materials; stones; colors; model`, several values separated by commas, or `!` and
the code of why there is nothing to read. Fields at the end that are empty are left out.
"""

from __future__ import annotations

from typing import Final

ENGLISH: Final = {
    "14K Yellow Gold Diamond Solitaire Engagement Ring": "ring; yellow gold; diamond",
    "STERLING SILVER HOOP EARRINGS - 30MM": "earring; silver",
    "Freshwater Pearl Drop Earrings in 14k Gold Fill": "earring; gold-filled; pearl",
    "Emerald & Diamond Halo Pendant, Platinum": "necklace; platinum; emerald, diamond",
    "Rose gold plated cuff with cubic zirconia": "bracelet; rose gold-plated; cubic zirconia",
    "Oxidised German Silver Jhumka Earrings for Women | Boho": "earring; oxidized silver",
    "Kundan Choker Necklace Set with Earrings &amp; Maang Tikka": "earring, necklace; ; crystal",
    "Men's Black Leather Braided Bracelet w/ Stainless Steel Clasp": (
        "bracelet; leather, stainless steel; ; black"
    ),
    "925 Silver Ring | Blue Sapphire | Size 7": "ring; silver; sapphire",
    "Tennis bracelet - 5.00ct lab-grown diamonds, 18ct white gold": (
        "bracelet; white gold; diamonds"
    ),
    "Gold-tone chain necklace, no stones": "necklace; ; ; golden",
    "Vintage Art Deco Ruby Red Glass Beads Necklace": "necklace; glass beads; ; red",
    "Amethyst studs": "earring; ; amethyst",
    "Handmade macrame friendship bracelet 🌈 multicolor": "bracelet; macrame; ; multicolor",
    "Enamel pin - cat": "!other-piece",
    "Ladies wrist watch rose gold": "!other-piece",
    "Silver anklet with bells": "!other-piece",
    "Toe ring silver": "!other-piece",
    "Gift card": "!other-piece",
    "Signet Ring, 9ct Gold, Engraved": "ring; gold",
    "Turquoise and coral beaded statement necklace": "necklace; bead; turquoise, coral",
    "Mother of Pearl Inlay Band in Titanium": "ring; mother of pearl, titanium",
    "Pearl white ceramic ring": "ring; ceramic; ; white",
    "Opal Ring, Rose Gold Vermeil": "ring; rose gold-plated; opal",
    "Ear cuff without piercing, gold vermeil": "earring; gold-plated",
    "Brass bangle set of 6 (not gold)": "bracelet; brass",
    'Diamond cut rope chain 22" 10K': "necklace; gold",
    "Silk Thread Bangles - Red & Green": "bracelet; silk thread; ; red, green",
    "American Diamond (AD) Rose Gold Plated Mangalsutra": (
        "necklace; rose gold-plated; cubic zirconia"
    ),
    "meenakari chandbali earrings pearl drop": "earring; enamel; pearl",
    "Temple Jewellery Lakshmi Haram in Antique Gold Finish": "necklace; ; ; golden",
    "Lapis Lazuli Signet": "ring; ; lapis lazuli",
    "earings silver plated studs": "earring; silver-plated",
    "14kt Two-Tone Gold Figaro Bracelet 7.5 Inch": "bracelet; gold; ; two-tone",
    'White topaz and sterling silver pendant on 18" chain': "necklace; silver; topaz; white",
    "Smokey Quartz & Garnet Cocktail Ring": "ring; ; smoky quartz, garnet",
    "Rhinestone choker, silver tone, prom": "necklace; ; rhinestone; silver-colored",
    "Wooden bead mala 108 beads tassel": "necklace; wooden beads, tassel",
    "3 pairs of earrings: stud, hoop, and drop in gold": "earring; gold",
    "NEW!! Cross Necklace // Solid 14K Gold // Men // $199": "necklace; gold",
    "Necklace & Bracelet Set, Faux Pearls": "bracelet, necklace; ; pearls",
    "ring-silver-moonstone-size-6.jpg": "ring; silver; moonstone",
    "Blue_Topaz_Stud_Earrings_SKU1234": "earring; ; topaz; blue",
    "Rainbow Moonstone Ring, Size 8, Sterling Silver": "ring; silver; moonstone",
    "Evil eye bracelet in sterling silver with nano turquoise and CZ": (
        "bracelet; silver; turquoise, cubic zirconia"
    ),
    "Scallop Shell Pendant in Sterling Silver": "necklace; silver",
    "18K Gold Plated Starfish Shell Necklace": "necklace; gold-plated",
    "Cowrie Shell Necklace": "necklace; shell",
    "The Calista Ring in Yellow Gold": "ring; yellow gold; ; ; Calista",
    '"Aurora" Bracelet, Labradorite & Silver': "bracelet; silver; labradorite; ; Aurora",
    "Bianca-18K-Gold-Plated-Loop-Earring": "earring; gold-plated; ; ; Bianca",
    "Sophia Crystal Drop Earrings": "earring; ; crystal; ; Sophia",
    "The20Strawberry20Gold20Stud20For20Baby20Girl": "earring; gold",
    "Gold necklace, choker style, crystal-free": "necklace; gold",
    "Clip-on earrings (non pierced) with faux pearl": "earring; ; pearl",
    "Bracelet for men, stainless steel & black silicone": (
        "bracelet; stainless steel, silicone; ; black"
    ),
    "Kids' unicorn ring \u2013 adjustable \u2013 pink resin": "ring; resin; ; pink",
    "Polymer clay dangles, terracotta colour": "earring; polymer clay",
    "Dainty initial necklace, 14k solid gold, personalized gift for her": "necklace; gold",
    "Moissanite engagement ring 2ct oval, platinum over sterling silver": (
        "ring; silver, platinum-plated; moissanite"
    ),
    "Stacking rings (set of 3) - hammered brass": "ring; brass",
    "Huggie hoops - gold filled": "earring; gold-filled",
    "GOLD PLATED CZ TENNIS NECKLACE UNISEX HIP HOP ICED OUT": (
        "necklace; gold-plated; cubic zirconia"
    ),
    "South Sea Pearl Strand, 18K clasp": "necklace; gold; pearl",
    "Handcrafted leather wrap bracelet with jasper beads": "bracelet; leather; jasper",
    "Antique Victorian garnet brooch": "!other-piece",
    "Cufflinks, sterling silver, onyx": "!other-piece",
    "Green Onyx Gold Plated Dangler Earrings": "earring; gold-plated; onyx; green",
    "Traditional Kemp Stone Jhumkas in Micro Gold Polish": "earring; gold-plated; stone",
    "Lac Bangles (Rajasthani) Multicolour": "bracelet; lacquer; ; multicolor",
    "Black thread nazariya bracelet, silver evil eye": "bracelet; thread, silver; ; black",
    "Ruby & diamond eternity band in 18k rose gold": "ring; rose gold; ruby, diamond",
    "Copper and brass mixed metal cuff bracelet": "bracelet; copper, brass",
    "Pearl-and-diamond earrings in 18-karat white gold.": "earring; white gold; pearl, diamond",
    "Tanzanite ring (lab created), size 6.5, NWT": "ring; ; tanzanite",
    "Costume jewelry lot: clip earrings": "earring",
    "Faceted Smoky Quartz teardrop necklace on oxidized silver chain": (
        "necklace; oxidized silver; smoky quartz"
    ),
    "ROSE GOLD RING": "ring; rose gold",
    "Red rose pendant, enamel": "necklace; enamel; ; red",
    "Gold Rose Stud Earrings": "earring; gold",
    "Men's wedding band tungsten carbide 8mm black": "ring; tungsten; ; black",
    "Opal hoops": "earring; ; opal",
    "Amber teething necklace": "necklace; ; amber",
    "Sea glass and sterling earrings": "earring; glass, silver",
    "18k gold plated hoop earrings. Perfect to pair with our matching necklace and bracelet.": (
        "earring; gold-plated"
    ),
    "Genuine Sapphire & Diamond Ring in 10k Yellow Gold (1 1/5 ct. t.w.)": (
        "ring; yellow gold; sapphire, diamond"
    ),
    "Pandora Style Charm Bracelet - Silver Plated - Murano Beads": (
        "bracelet; silver-plated, Murano glass"
    ),
    "1 Gram Gold Plated Long Haram Necklace Set with Jhumkas": "earring, necklace; gold-plated",
    "Multi-strand seed bead necklace, turquoise blue": "necklace; seed bead; ; turquoise",
    "Knotted pearl necklace w/ 14k clasp - NO BOX": "necklace; gold; pearl",
    "Sapphire-blue enamel studs": "earring; enamel; ; blue",
    "Handmade wood & resin ring, ocean blue": "ring; wood, resin; ; blue",
    "Zircon Drop Earrings Silver-tone": "earring; ; cubic zirconia; silver-colored",
    "Mens Cuban Link Chain 14K Gold Bonded 8mm": "necklace; gold-plated",
    "Layered choker | stainless steel | gold": "necklace; stainless steel; ; golden",
    "Beautiful pair of ruby-studded gold bangles": "bracelet; gold; ruby",
    "925 sterling silver rhodium plated solitaire ring": "ring; silver, rhodium-plated",
    "Terracotta jewellery set necklace earrings": "earring, necklace; terracotta",
    "Crochet hoop earrings cotton thread": "earring; thread",
    "Rosary beads olive wood": "necklace; wood",
    "Solid Gold Petite Micropave ": "!no-type",
    "White Gold Plated Princess": "!no-type",
    "Women's Legends Naga Gold & Silver Dragon Station Chain Bracelet": "bracelet; gold, silver",
    "necklace1.jpg": "necklace",
    "img_ring_03.png": "ring",
    "Product 12 - Earrings": "earring",
    "Nose pin diamond": "!other-piece",
    "Mangalsutra bracelet with black beads": "bracelet; beads; ; black",
    "Pendant set with earrings in american diamond": "earring, necklace; ; cubic zirconia",
    "Kada for men silver": "bracelet; silver",
    "Bridal Set: Choker, Jhumka, Tikka": "earring, necklace",
    "Ruby Emerald Polki Necklace": "necklace; ; ruby, emerald, diamond",
    "Butterfly Anti Tarnish Bracelet": "bracelet",
    "Korean pearl hair clip": "!other-piece",
    "Two-layer necklace w/ heart locket, 18k PVD": "necklace; gold-plated",
    "Men Silver Chain": "necklace; silver",
    "Rose-Gold Toned CZ Studded Ring": "ring; ; cubic zirconia; rose gold",
    "Gold-Plated Handcrafted Cuff": "bracelet; gold-plated",
    "Women Blue Beaded Bracelet": "bracelet; bead; ; blue",
    "Fossil Rose Gold-Toned Bracelet": "bracelet; ; ; rose gold",
}
