package org.archipel.control.statement;

/** What a statement says, in each language. */
enum Words {
  STATEMENT("Statement", "Relevé"),
  NUMBER("No.", "n°"),
  DRAFT("Draft", "Projet"),
  DRAFT_NOTE(
      "This is a draft: it changes until the month is closed.",
      "Ceci est un projet : il change jusqu’à la clôture du mois."),
  CLOSED_NOTE(
      "This statement is closed and final. What comes later is stated in a later month.",
      "Ce relevé est clos et définitif. Ce qui vient ensuite figure sur un relevé ultérieur."),
  CLOSED_AT("Closed", "Clôture"),
  PERIOD("Period", "Période"),
  PERIOD_FORM("%s to %s (UTC)", "du %s au %s (UTC)"),
  ISSUED_BY("Issued by", "Émis par"),
  SITE("Site", "Site"),
  ORGANIZATION("Organization", "Établissement"),
  SUMMARY("Summary", "Récapitulatif"),
  VOLUME("What was used", "Volumes"),
  BALANCE("Amounts", "Montants"),
  CURRENCY("Currency", "Devise"),
  CONSUMED("Consumed", "Consommé"),
  OWN_USE("of which on its own engines", "dont sur ses propres moteurs"),
  CONTRIBUTED("Contributed to others", "Fourni à d’autres"),
  NET("Net", "Solde"),
  NET_NOTE(
      "Net is what was contributed to others less what was consumed on engines of others: positive"
          + " when the organization is to receive.",
      "Le solde est ce qui a été fourni à d’autres moins ce qui a été consommé sur les moteurs"
          + " d’autres : positif, il est en faveur de l’établissement."),
  CONSUMED_LINES("What the organization consumed", "Ce que l’établissement a consommé"),
  CONTRIBUTED_LINES(
      "What others consumed on its engines", "Ce que d’autres ont consommé sur ses moteurs"),
  CORRECTIONS("Corrections", "Corrections"),
  CORRECTIONS_NOTE(
      "Differences; the lines above contain them.",
      "Différences ; elles sont comprises dans les lignes ci-dessus."),
  OWNER("Owner of the engines", "Propriétaire des moteurs"),
  CONSUMER("Consumer", "Consommateur"),
  NO_ENGINE("(no engine reached)", "(aucun moteur atteint)"),
  MODEL("Model", "Modèle"),
  CLASS("Class", "Classe"),
  PART("Part", "Poste"),
  REQUESTS("Requests", "Requêtes"),
  PROMPT("Prompt tokens", "Jetons d’invite"),
  CACHED("of which cached", "dont en cache"),
  COMPLETION("Completion tokens", "Jetons produits"),
  ENGINE_SECONDS("Engine seconds", "Secondes de moteur"),
  AUDIO_SECONDS("Audio seconds", "Secondes d’audio"),
  AMOUNT("Amount", "Montant"),
  KIND("Kind", "Nature"),
  REASON("Reason", "Motif"),
  COUNT("Number", "Nombre"),
  NOTHING("Nothing.", "Néant."),
  KIND_TOKENS("tokens", "jetons"),
  KIND_REPRICING("repricing", "retarification"),
  KIND_AMOUNT("agreed amount", "montant convenu"),
  KIND_OTHER("others, summed up", "autres, cumulées"),
  DATA_HASH("SHA-256 of the data: %s", "SHA-256 des données : %s");

  private final String english;
  private final String french;

  Words(String english, String french) {
    this.english = english;
    this.french = french;
  }

  String in(Language language) {
    return switch (language) {
      case ENGLISH -> english;
      case FRENCH -> french;
    };
  }
}
