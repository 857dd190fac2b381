export const signin = {
  title: ["Se connecter", "Sign in"],
  lead: [
    "La console d’un site Archipel : qui sert qui, ce qui tourne, et ce que cela coûte.",
    "The console of an Archipel site: who serves whom, what runs, and what it costs.",
  ],
  with: ["Continuer avec {name}", "Continue with {name}"],
  none: [
    "Aucun fournisseur d’identité n’est encore configuré ici.",
    "No identity provider is configured here yet.",
  ],
  link: [
    "Vous avez accès à la machine ? Cette commande affiche un lien qui ouvre la console une fois :",
    "Do you have access to the machine? This command prints a link that opens the console once:",
  ],
} as const;
