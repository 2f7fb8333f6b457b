/** What only the one file needs, beside what every page loads: forms, workbooks of its tables, and built questions. */
import { startBooks } from "./books.js";
import { startBuilding } from "./building.js";
import { startFileForms } from "./fileforms.js";

startBooks();
void startFileForms().then(startBuilding);
