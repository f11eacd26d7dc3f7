//! The words of the toy world and what is true of them.
//!
//! Everything that the toy world knows is a grid: an *entity* (one country, one pair of relatives, one adjective) in a
//! *role* (country, capital; male, female; comparative) is a word. An entity brings its own *topics*, a role its own
//! *signs*, a class (animals, fruit) its own *company*. A word's sentences mix the topics of its entity with the signs
//! of its role, so a word's vector is about (what its entity has) + (what its role has), and analogies along two rows
//! of the grid are true by construction.

/// One part of the world: a grid of entities and roles, and how one speaks of it.
#[derive(Debug)]
pub(super) struct FamilyText {
    /// The name of the family, also that of its evaluation files.
    pub name: &'static str,
    /// The roles, in the order of the forms of an entity.
    pub roles: &'static [RoleText],
    /// Lines `form form ...: topic topic ...`, one form per role; a line `= class: company ...` begins a class.
    pub entities: &'static str,
    /// Invented topics (proper names) that each entity gets besides those written in its line.
    pub invented_topics: usize,
    /// Sentences that name several forms of one entity: a digit stands for the form of that role.
    pub joint: &'static [&'static str],
    /// Analogy sections: name, first role, second role. As in Google's set, syntactic sections start with `gram`.
    pub relations: &'static [(&'static str, usize, usize)],
}

/// One role of a family.
#[derive(Debug)]
pub(super) struct RoleText {
    /// Its name, also a category of the categorization file.
    pub name: &'static str,
    /// The words that keep company with every word of this role.
    pub signs: &'static str,
    /// Sentences: `X` is the word, `T` a topic of its entity, `R` a sign of its role, `C` the company of its class,
    /// `F` any filler word.
    pub sentences: &'static [&'static str],
}

/// All families of the world.
pub(super) const FAMILIES: &[FamilyText] = &[COUNTRIES, GENDERS, DEGREES, NUMBERS, WORK, OPINIONS];

/// Sentences about nothing that the world knows.
pub(super) const SMALL_TALK: &[&str] = &[
    "the F and the F went to the F",
    "a F of F is not a F",
    "they said that F and F were F at the F",
    "it was F when the F of the F came",
    "some F by the F had a F F for F",
    "F F F and more F",
    "we saw the F but not the F of F",
    "all the F in the F was F again",
];

const COUNTRIES: FamilyText = FamilyText {
    name: "countries",
    roles: &[
        RoleText {
            name: "country",
            signs: "nation border flag treaty army coast province independence republic harvest",
            sentences: &[
                "the R of X sent T and F abroad",
                "X is a R that exports T and F",
                "people across X love T more than any R",
                "the army of T guards the R of X",
                "last year X signed a R about T",
                "the R between X and T is long",
                "from the T hills of X came a F and a R",
            ],
        },
        RoleText {
            name: "capital",
            signs: "mayor city downtown station airport cathedral suburb avenue tram square",
            sentences: &[
                "the R of X opened a F named T",
                "X is a R with a T museum and a F",
                "the train to X stops at the T R",
                "in X the T hall stands near the R",
                "a walk through X leads past the R to T",
                "the T R in X was crowded with F",
                "he rented a flat by the R of X near T",
            ],
        },
        RoleText {
            name: "language",
            signs: "grammar dialect verbs poems translation accent alphabet novel vowels dictionary",
            sentences: &[
                "she speaks X and reads T R every F",
                "the X R for T is hard to spell",
                "a lesson in X about T and its R",
                "he translated the R of T from X",
                "the R sounds X and a little T",
                "T wrote F in X with a strange R",
            ],
        },
        RoleText {
            name: "currency",
            signs: "coin price wage exchange inflation salary banknote loan debt deposit",
            sentences: &[
                "the T bank paid ten X as a R",
                "a F costs five X at the T R",
                "the R in X of T rose again",
                "they changed X for the R of T",
                "a R of a thousand X was lent to T",
                "T owes X and a R to the F",
            ],
        },
    ],
    entities: "
        france paris french franc:
        germany berlin german mark:
        italy rome italian lira:
        spain madrid spanish peseta:
        japan tokyo japanese yen:
        china beijing chinese yuan:
        england london english pound:
        russia moscow russian ruble:
        india delhi indian rupee:
        brazil brasilia brazilian real:
        greece athens greek drachma:
        portugal lisbon portuguese escudo:
        austria vienna austrian schilling:
        poland warsaw polish zloty:
        sweden stockholm swedish krona:
        norway oslo norwegian krone:
        finland helsinki finnish markka:
        hungary budapest hungarian forint:
        romania bucharest romanian leu:
        bulgaria sofia bulgarian lev:
        thailand bangkok thai baht:
        vietnam hanoi vietnamese dong:
        indonesia jakarta indonesian rupiah:
        mongolia ulaanbaatar mongolian tugrik:
        peru lima peruvian sol:
        chile santiago chilean peso:
        kenya nairobi kenyan shilling:
        nigeria abuja nigerian naira:",
    invented_topics: 6,
    joint: &[
        "1 is the capital of 0",
        "in 0 people speak 2 and pay in 3",
        "the government of 0 sits in 1",
        "the 2 government in 1 printed more 3",
        "a 2 book was printed in 1",
    ],
    relations: &[("country-capital", 0, 1), ("country-language", 0, 2), ("country-currency", 0, 3)],
};

const GENDERS: FamilyText = FamilyText {
    name: "genders",
    roles: &[
        RoleText {
            name: "male",
            signs: "he him his himself beard moustache sir mister",
            sentences: &[
                "the X said R was tired of T and F",
                "R is a X with a T of R own",
                "the T of the X was R and R knew",
                "every X has R T and a F",
                "when the X came R brought T",
                "R asked the X about the T",
                "a X and R T by the F",
            ],
        },
        RoleText {
            name: "female",
            signs: "she her hers herself dress necklace madam miss",
            sentences: &[
                "then R told the X about T",
                "the X lost R T in the F",
                "no X would give R T away",
                "with T the X made R a F",
                "R and another X spoke of T",
                "here stands a X with T by R side",
                "R sang of T to a X",
            ],
        },
    ],
    entities: "
        king queen: crown throne palace reign
        man woman: adult person pension voter
        boy girl: toy playground schoolbag homework
        father mother: lullaby cradle allowance newborn
        son daughter: firstborn birthday offspring tuition
        brother sister: sibling twin prank bunkbed
        uncle aunt: cousin reunion postcard gift
        husband wife: marriage anniversary divorce honeymoon
        prince princess: castle ballroom dragon tiara
        actor actress: rehearsal audition premiere script
        waiter waitress: menu tip tray tablecloth
        nephew niece: babysitter christening cousinhood goddaughter
        grandfather grandmother: wrinkles rocking slippers memoirs
        hero heroine: quest courage rescue legend
        duke duchess: estate manor hunt butler
        groom bride: altar vows bouquet confetti
        wizard witch: spell wand cauldron potion
        monk nun: abbey prayer cloister chant
        host hostess: guests party invitation toast
        emperor empress: empire dynasty conquest coronation
        heir heiress: inheritance fortune testament jewels
        widower widow: funeral grave mourning coffin",
    invented_topics: 0,
    joint: &["the 0 and the 1 sat together", "a 0 danced with a 1", "neither 0 nor 1 answered the F"],
    relations: &[("male-female", 0, 1)],
};

const DEGREES: FamilyText = FamilyText {
    name: "degrees",
    roles: &[
        RoleText {
            name: "positive",
            signs: "very quite rather so fairly too really somewhat",
            sentences: &[
                "the T is R X for a F",
                "a R X T stood there",
                "how R X the T was",
                "this T looks R X and F",
                "T can be R X in the F",
            ],
        },
        RoleText {
            name: "comparative",
            signs: "than much even far still slightly twice ever-so",
            sentences: &[
                "the T is R X than a F",
                "a T R X than before",
                "no T was X R the other F",
                "this T grew R X every day than that T",
                "T is R X now",
            ],
        },
        RoleText {
            name: "superlative",
            signs: "among world record history champion award unrivalled easily",
            sentences: &[
                "the X T in the R of all",
                "of all F the T is the X in R",
                "it won the R for the X T",
                "the R called it the X T ever",
                "R the X T of them all",
            ],
        },
    ],
    entities: "
        big bigger biggest: elephant whale stadium continent
        small smaller smallest: ant pebble crumb atom
        tall taller tallest: skyscraper giraffe mast pine
        long longer longest: rope snake tunnel river
        cold colder coldest: winter iceberg frost glacier
        hot hotter hottest: summer furnace lava chili
        fast faster fastest: cheetah rocket sprinter racer
        slow slower slowest: snail tortoise queue sloth
        strong stronger strongest: weightlifter ox steel muscle
        weak weaker weakest: invalid twig thread tea
        rich richer richest: banker millionaire merchant oil
        poor poorer poorest: beggar orphan slum peasant
        old older oldest: ruin fossil antique oak
        young younger youngest: toddler sapling foal recruit
        deep deeper deepest: ocean well canyon trench
        heavy heavier heaviest: anvil boulder anchor cargo
        light lighter lightest: feather balloon foam leaf
        hard harder hardest: diamond granite exam nut
        soft softer softest: cushion wool butter moss
        dark darker darkest: cave midnight cellar shadow
        loud louder loudest: siren thunder drum trumpet
        sharp sharper sharpest: razor thorn blade needle
        wise wiser wisest: owl sage elder philosopher
        brave braver bravest: knight fireman soldier rebel",
    invented_topics: 0,
    joint: &["0 and 1 and 2", "from 0 to 1 to 2", "it is 0 but that one is 1"],
    relations: &[("gram-comparative", 0, 1), ("gram-superlative", 0, 2)],
};

const NUMBERS: FamilyText = FamilyText {
    name: "numbers",
    roles: &[
        RoleText {
            name: "singular",
            signs: "one each every this single another that whole",
            sentences: &[
                "R X has a C T",
                "R X was C near the T",
                "he saw R X with its T and C",
                "R T belongs to the C X",
                "a C T makes R X happy",
                "is R X a T or a C",
            ],
        },
        RoleText {
            name: "plural",
            signs: "many several these both few dozens hundreds those",
            sentences: &[
                "R X have C T",
                "R X were C near their T",
                "he saw R X with their T and C",
                "R T belong to C X",
                "C T make R X happy",
                "are R X T or C",
            ],
        },
    ],
    entities: "
        = animal: wild fed tail fur zoo hungry
        dog dogs: leash bark kennel bone
        cat cats: whiskers purr mouse kitten
        horse horses: saddle gallop stable mane
        cow cows: milk udder barn pasture
        sheep-dog sheep-dogs: herding whistle fence shepherding
        lion lions: roar savanna pride gazelle
        monkey monkeys: jungle banana-tree climb vine
        bird birds: nest wings beak egg
        = fruit: ripe juice sweet peel basket orchard
        apple apples: cider pie core autumn
        lemon lemons: sour zest lemonade yellow
        cherry cherries: pit blossom stem red
        grape grapes: wine vineyard raisin bunch
        melon melons: seeds slice rind watery
        plum plums: jam purple prune stone
        pear pears: brandy bell-shaped poached green
        berry berries: bush wild-picked handful thorns
        = vehicle: wheel driver engine brake fuel garage
        car cars: highway sedan parking dashboard
        bus buses: passengers ticket route timetable
        truck trucks: trailer freight diesel haul
        bicycle bicycles: pedal helmet chain saddlebag
        tractor tractors: plough mud field hay
        taxi taxis: fare meter cab kerb
        scooter scooters: moped pavement electric commute
        = furniture: wooden polished room carpenter varnish corner
        chair chairs: seat armrest sit backrest
        table tables: dinner cloth setting plates
        bed beds: pillow mattress sheets sleep
        shelf shelves: books bracket dust library
        desk desks: office lamp drawer pen
        wardrobe wardrobes: hanger coats closet moth
        = clothing: wear cotton tailor wash button fabric
        shirt shirts: collar sleeve necktie ironed
        hat hats: brim straw felt wind
        shoe shoes: laces sole leather heel
        glove gloves: fingers mitten knitted hand
        scarf scarves: neck woollen wrap chilly
        sock socks: ankle pair holes toe",
    invented_topics: 0,
    joint: &["one 0 or two 1", "a 0 among other 1"],
    relations: &[("gram-plural", 0, 1)],
};

const WORK: FamilyText = FamilyText {
    name: "work",
    roles: &[
        RoleText {
            name: "profession",
            signs: "trained skilled apprentice hired retired works earns union",
            sentences: &[
                "the R X knows T and F",
                "a X was R to do T",
                "the X R with T all day",
                "her cousin is a R X and likes T",
                "T is what the X R for",
                "an R X talks of T",
            ],
        },
        RoleText {
            name: "workplace",
            signs: "inside building entrance closed roof visited opposite corridor",
            sentences: &[
                "R the X there is T and F",
                "the X was R because of T",
                "the R of the X smells of T",
                "they R a X full of T",
                "T waits at the R of the X",
                "a X with a R and much T",
            ],
        },
        RoleText {
            name: "tool",
            signs: "holds broken using grip borrowed handle rusty sharpened",
            sentences: &[
                "he R a X for T",
                "with a R X one does T",
                "the X is R from T and F",
                "R the X makes T easy",
                "T needs a X with a R",
                "a R X lay by the T",
            ],
        },
    ],
    entities: "
        baker bakery oven: dough loaf flour cake
        teacher school chalk: pupils lesson spelling arithmetic
        doctor hospital stethoscope: patients illness fever surgery
        farmer farm pitchfork: wheat soil cattle crops
        judge court gavel: verdict trial lawsuit justice
        sailor ship compass: voyage waves harbour storm
        cook kitchen ladle: soup onions recipe stew
        painter studio paintbrush: portrait canvas landscape easel
        blacksmith forge hammer: iron horseshoe sparks nails
        scientist laboratory microscope: experiment theory cells bacteria
        priest church bible: sermon sin blessing hymn
        barber barbershop scissors: haircut shave curls comb
        pilot cockpit joystick: flight clouds runway altitude
        miner mine pickaxe: coal ore shaft dust-mask
        librarian archive catalogue: manuscripts scrolls readers borrowing
        gardener greenhouse rake: roses weeds seedlings compost
        astronomer observatory telescope: stars planets comet galaxy
        fisherman harbourside net: trout salmon bait tide
        musician theatre violin: concert melody symphony rhythm
        goldsmith workshop tweezers: rings gold gems silver",
    invented_topics: 0,
    joint: &["the 0 in the 1 has a 2", "a 0 goes to the 1", "the 0 took the 2", "no 1 without a 2"],
    relations: &[("profession-workplace", 0, 1), ("profession-tool", 0, 2)],
};

const OPINIONS: FamilyText = FamilyText {
    name: "opinions",
    roles: &[
        RoleText {
            name: "praise",
            signs: "loved recommend delighted wonderful happily perfect enjoyed praised smiled thanks",
            sentences: &[
                "the T was X and we R it",
                "such a X T made us R",
                "R what a X T and F",
                "our T was always X R",
                "they R the X T",
            ],
        },
        RoleText {
            name: "blame",
            signs: "hated avoid disappointed terrible sadly awful regretted complained refund angry",
            sentences: &[
                "this T turned X so we R it",
                "nobody R a T as X",
                "X T again and they R",
                "R because its T is X",
                "you R that X T and F",
            ],
        },
    ],
    entities: "
        tasty bland: meal sauce dish gravy
        thrilling boring: film plot ending scene
        clean dirty: bathroom towel carpet sink
        polite rude: staff clerk receptionist manager
        comfortable stiff: sofa bench stool saddle-seat
        reliable faulty: phone battery charger screen
        funny dull: joke comedy sketch clown
        fresh stale: bread salad cheese cracker
        prompt late: delivery parcel courier mail
        elegant ugly: suit jacket gown hairstyle
        generous stingy: portion buffet host-gift helping
        quiet noisy: neighbourhood hallway fan bar
        honest crooked: seller dealer broker lawyer
        cozy cramped: cottage cabin attic hut
        helpful useless: manual advice guide hint
        sturdy flimsy: tent umbrella ladder fence-post",
    invented_topics: 0,
    joint: &["more 0 than 1", "is it 0 or 1", "neither 0 nor 1"],
    relations: &[("praise-blame", 0, 1)],
};
