"""Words that say nothing about what a question is about, by language; other languages have none."""

STOP = {
    "de": (
        "gemacht getan gab gäbe ihnen hinter steckt bekommt bekommen braucht denkt "
        "der die das den dem des ein eine einen einem einer eines und oder aber für von vom zu zur zum im in am an "
        "auf aus bei beim mit nach durch als ist sind war waren wird werden wurde wurden hat haben habe hatte kann "
        "können könnte muss müssen soll sollen sollte sollten will wollen darf dürfen es er sie wir ihr ich mich "
        "mir uns man sich was wer wen wem wie wo wohin woher wann warum welche welcher welches welchen welchem "
        "wieviel viel viele gibt gib geben zeig zeige zeigen nenne nennen bitte mal denn noch schon auch nur nicht "
        "kein keine keinen da dort hier dass ob wenn um über unter vor zwischen ohne bis seit so sehr mehr meisten "
        "alle alles allen jede jeder jedes dieser diese dieses diesem diesen sein seine ihre ihren unser unsere "
        "euch sei etwas dazu dafür davon daran los geht gegen heute gestern bisher bin bist ja nein gern gerne "
        "eigentlich wirklich gerade jetzt damit darum daher trotzdem ganz gar wohl vielleicht etwa ungefähr "
        "aussehen aussieht sagen sagt weiß wissen kennen kennt finden findet möchte möchten brauche brauchen "
        "unserer unserem denen deren dessen anderen andere anderer anderswo andernorts selbst würde würden lassen "
        "lässt kommen kommt stehen steht dabei machen macht tun pro je leute"
    ),
    "en": (
        "matter matters am come comes going go take made "
        "the a an and or but of for to in on at by with from as is are was were be been being do does did done has "
        "have had can could must should would will may might it its they them their we us our you your i me my he "
        "she his her this that these those there here what who whom whose which how where when why many much some "
        "any all each every no not against only also anything something really today now like want wants need "
        "needs know find using used use one ones other others am if because before after please show tell give "
        "list about into out over under between without than then so people get gets"
    ),
}
