package org.archipel.simulator;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Composes what a simulated engine says. It never hides what it is. Immutable. */
final class AnswerWriter {
  private static final String[] ENGLISH = {
    "The text goes on so that its length can be measured. ",
    "Every token of it is counted by a simple rule. ",
    "The pauses between the tokens follow a formula. ",
    "Nothing here is an opinion or a fact about your question. "
  };
  private static final String[] FRENCH = {
    "Le texte continue afin que sa longueur puisse être mesurée. ",
    "Chacun de ses jetons est compté par une règle simple. ",
    "Les pauses entre les jetons suivent une formule. ",
    "Rien ici n'est une opinion ni un fait sur votre question. "
  };
  // Words that English text does not have; only the end of the prompt is looked at.
  private static final Pattern FRENCH_WORDS =
      Pattern.compile(
          "(?iU)\\b(bonjour|merci|le|les|une|des|est|vous|nous|pour|dans|avec|quel|quelle|qui|moi)\\b");
  private static final int LOOKED_AT = 400;

  private final String device;
  private final int usual;
  private final int longest;

  AnswerWriter(SimulatedEngineOptions options) {
    this.device = options.timing().device();
    this.usual = options.answerTokens();
    this.longest = options.longestAnswer();
  }

  Answer answer(Ask ask, String model, Faults faults) {
    if (ask.wantsTool()) {
      return ask.tools().call();
    }
    if (ask.json().isPresent()) {
      return new Answer(ask.json().get(), Optional.empty(), false);
    }
    Answer full = text(ask, model, faults.tokens());
    int end = full.text().length();
    for (String stop : ask.stops()) {
      int found = full.text().indexOf(stop);
      end = found >= 0 ? Math.min(end, found) : end;
    }
    return end == full.text().length()
        ? full
        : new Answer(full.text().substring(0, end), Optional.empty(), false);
  }

  private Answer text(Ask ask, String model, OptionalInt demanded) {
    Source source = new Source(ask, model);
    OptionalInt max = ask.maxTokens();
    if (demanded.isPresent()) {
      int tokens = Math.min(demanded.getAsInt(), max.orElse(Integer.MAX_VALUE));
      return new Answer(source.exactly(tokens), Optional.empty(), tokens < demanded.getAsInt());
    }
    if (max.isPresent() && max.getAsInt() <= longest) {
      return new Answer(source.exactly(max.getAsInt()), Optional.empty(), true);
    }
    return new Answer(source.sentences(usual), Optional.empty(), false);
  }

  private final class Source {
    private final StringBuilder text;
    private final String[] sentences;

    Source(Ask ask, String model) {
      boolean french = isFrench(ask.lastWords());
      String opening =
          french
              ? "Je suis un moteur simulé (matériel %s, modèle %s) : aucun modèle de langue n'a"
                  + " produit ce texte. Vous avez envoyé %d jetons. "
              : "I am a simulated engine (device %s, model %s): no language model produced this"
                  + " text. You sent %d prompt tokens. ";
      this.sentences = french ? FRENCH : ENGLISH;
      this.text =
          new StringBuilder(String.format(Locale.ROOT, opening, device, model, ask.promptTokens()));
    }

    String exactly(int tokens) {
      int characters = tokens * TokenRule.CHARACTERS;
      extendTo(characters);
      return text.substring(0, characters);
    }

    /** Whole sentences of at least so many tokens. */
    String sentences(int tokens) {
      extendTo(tokens * TokenRule.CHARACTERS);
      return text.toString().stripTrailing();
    }

    private void extendTo(int characters) {
      for (int i = 0; text.length() < characters; i++) {
        text.append(sentences[i % sentences.length]);
      }
    }
  }

  static boolean isFrench(String words) {
    String end = words.substring(Math.max(0, words.length() - LOOKED_AT));
    return FRENCH_WORDS.matcher(end).results().limit(2).count() == 2;
  }
}
