package org.onpar.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A JSON value that knows where it stands, so that an error can say it. */
public final class JsonValue {
    /** Characters of a wrong value that an error shows. */
    private static final int LONGEST = 100;

    private final String file;
    private final String path;
    private final JsonElement element;

    private JsonValue(String file, String path, JsonElement element) {
        this.file = file;
        this.path = path;
        this.element = element;
    }

    /** Read a whole text as strict JSON. */
    static JsonValue parse(String file, String text) throws InputException {
        try {
            return new JsonValue(file, "", StrictJson.read(text));
        } catch (JsonParseException | IllegalStateException | NumberFormatException
                | IOException error) {
            // Gson's second line is a link to its own troubleshooting page.
            String found = String.valueOf(error.getMessage()).split("\n", 2)[0];
            found = found.substring(found.indexOf("Exception: ") < 0 ? 0 : found.indexOf(": ") + 2);
            throw new InputException(
                    file + ": not a readable sidecar (" + shortened(found) + "); run `onpar "
                            + "export` and copy the .json again",
                    error);
        }
    }

    /** The value of a key that must be there. */
    public JsonValue at(String key) throws InputException {
        if (!element.isJsonObject()) {
            throw wrong("an object");
        }
        JsonElement value = element.getAsJsonObject().get(key);
        String inside = path.isEmpty() ? key : path + "." + key;
        if (value == null) {
            throw new InputException(
                    file + ": has no `" + inside
                            + "`; run `onpar export` and copy the .json again");
        }
        return new JsonValue(file, inside, value);
    }

    /** The items of a list of so many. */
    public List<JsonValue> list(int least, int most) throws InputException {
        if (!element.isJsonArray()) {
            throw wrong("a list");
        }
        int size = element.getAsJsonArray().size();
        if (size < least || size > most) {
            String expected = least == most ? "" + least : least + " to " + most;
            throw new InputException(
                    file + ": `" + path + "` has " + size + " items, expected " + expected
                            + "; export again");
        }
        List<JsonValue> items = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            items.add(new JsonValue(file, path + "[" + i + "]", element.getAsJsonArray().get(i)));
        }
        return items;
    }

    /** A string. */
    public String text() throws InputException {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            throw wrong("a string");
        }
        return element.getAsString();
    }

    /** A text that follows a rule for names. */
    public String name(NameRule rule) throws InputException {
        if (!rule.fits(text())) {
            throw wrong(rule.expected);
        }
        return text();
    }

    /** One of these texts. */
    public String choice(List<String> known) throws InputException {
        if (!known.contains(text())) {
            int last = known.size() - 1;
            throw wrong(String.join(", ", known.subList(0, last)) + " or " + known.get(last));
        }
        return text();
    }

    /** An integer of least to most. */
    public int count(int least, int most) throws InputException {
        String expected = "an integer of " + least + " to " + most;
        String digits = isNumber() ? element.getAsString() : "";
        if (!digits.matches("-?[0-9]{1,10}")) {
            throw wrong(expected);
        }
        long value = Long.parseLong(digits);
        if (value < least || value > most) {
            throw wrong(expected);
        }
        return (int) value;
    }

    /** A finite number. */
    public double number() throws InputException {
        double value = isNumber() ? Double.parseDouble(element.getAsString()) : Double.NaN;
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw wrong("a finite number");
        }
        return value;
    }

    /** True or false. */
    public boolean flag() throws InputException {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isBoolean()) {
            throw wrong("true or false");
        }
        return element.getAsBoolean();
    }

    /** That it is something else than expected. */
    public InputException wrong(String expected) {
        return wrong(expected, "export again with this onpar");
    }

    /** @param remedy what the user does next */
    public InputException wrong(String expected, String remedy) {
        String where = path.isEmpty() ? "its content" : "`" + path + "`";
        return new InputException(
                file + ": " + where + " is " + shortened(element.toString()) + ", expected "
                        + expected + "; " + remedy);
    }

    private static String shortened(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        // Half of a surrogate pair cannot be shown.
        boolean inside = Character.isHighSurrogate(text.charAt(LONGEST - 1));
        return text.substring(0, inside ? LONGEST - 1 : LONGEST) + "…";
    }

    private boolean isNumber() {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber();
    }
}
