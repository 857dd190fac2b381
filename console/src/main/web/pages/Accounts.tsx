import { Route, Switch } from "wouter";
import { OneStatement } from "./accounts/OneStatement";
import { Statements } from "./accounts/Statements";

/** What institutions owe each other, month by month. */
export default function Accounts() {
  return (
    <Switch>
      <Route path="/accounts/:organization/:month">
        {({ organization, month }) => (
          <OneStatement organization={decodeURIComponent(organization)} month={month} />
        )}
      </Route>
      <Route><Statements /></Route>
    </Switch>
  );
}
