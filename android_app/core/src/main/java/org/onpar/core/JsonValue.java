package org.onpar.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/** A JSON value that knows where it stands, so that an error can say it. */
final class JsonValue {
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
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement element = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new JsonParseException("there is more behind its end");
            }
            return new JsonValue(file, "", element);
        } catch (JsonParseException | IllegalStateException | IOException error) {
            // Gson's second line is a link to its own troubleshooting page.
            String found = String.valueOf(error.getMessage()).split("\n", 2)[0];
            found = found.substring(found.indexOf("Exception: ") < 0 ? 0 : found.indexOf(": ") + 2);
            throw new InputException(
                    file + ": not a readable sidecar (" + shortened(found) + "); run `onpar "
                            + "export` and copy the .json again",
                    error);
        }
    }

    JsonValue at(String key) throws InputException {
        if (!element.isJsonObject()) {
            throw wrong("an object");
        }
        JsonElement value = element.getAsJsonObject().get(key);
        String inside = path.isEmpty() ? key : path + "." + key;
        if (value == null) {
            throw new InputException(
                    file + ": lacks `" + inside + "`; run `onpar export` and copy the .json again");
        }
        return new JsonValue(file, inside, value);
    }

    boolean isNull() {
        return element.isJsonNull();
    }

    List<JsonValue> list(int least, int most) throws InputException {
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

    String text() throws InputException {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            throw wrong("a string");
        }
        return element.getAsString();
    }

    int count(int least, int most) throws InputException {
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

    double number() throws InputException {
        double value = isNumber() ? Double.parseDouble(element.getAsString()) : Double.NaN;
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw wrong("a finite number");
        }
        return value;
    }

    InputException wrong(String expected) {
        String where = path.isEmpty() ? "its content" : "`" + path + "`";
        return new InputException(
                file + ": " + where + " is " + shortened(element.toString()) + ", expected "
                        + expected + "; export again with this onpar");
    }

    private static String shortened(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    private boolean isNumber() {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber();
    }
}
