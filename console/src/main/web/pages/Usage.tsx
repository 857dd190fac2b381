import { Route, Switch } from "wouter";
import { Explained } from "./usage/Explained";
import { Sums } from "./usage/Sums";

/** What was used, and single requests. */
export default function Usage() {
  return (
    <Switch>
      <Route path="/usage/requests/:id">{({ id }) => <Explained id={decodeURIComponent(id)} />}</Route>
      <Route><Sums /></Route>
    </Switch>
  );
}
