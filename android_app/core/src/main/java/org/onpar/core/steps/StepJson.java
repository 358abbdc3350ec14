package org.onpar.core.steps;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;
import org.onpar.core.Limits;
import org.onpar.core.TensorSpec;

/** A step as the sidecar has it, and what it may take: a kind of step reads itself from this. */
final class StepJson {
    final JsonValue json;

    /** The sidecar's `model`, which has the shapes of the network's inputs and outputs. */
    final JsonValue model;

    private final Map<String, TensorSpec> earlier;

    /** @param earlier what earlier steps made, by name */
    StepJson(JsonValue json, JsonValue model, Map<String, TensorSpec> earlier) {
        this.json = json;
        this.model = model;
        this.earlier = earlier;
    }

    JsonValue at(String key) throws InputException {
        return json.at(key);
    }

    /** A constant that is a list of so many texts. */
    List<String> texts(String key, int least, int most) throws InputException {
        List<String> texts = new ArrayList<>();
        for (JsonValue text : json.at(key).list(least, most)) {
            texts.add(text.text());
        }
        return texts;
    }

    /** A constant that is a number of float32, not yet rounded to it. */
    double number(String key) throws InputException {
        double value = json.at(key).number();
        if (Math.abs(value) > Limits.MAX_FLOAT32) {
            throw json.at(key).wrong("a number that float32 holds");
        }
        return value;
    }

    /** The name of the one source that it takes. */
    String source() throws InputException {
        return json.at("takes").list(1, 1).get(0).name(Limits.CHAIN_NAME);
    }

    /** The one tensor that it takes. */
    TensorSpec taken() throws InputException {
        return taken(1).get(0);
    }

    /** The tensors that it takes, at least one. */
    List<TensorSpec> taken(int most) throws InputException {
        List<TensorSpec> taken = new ArrayList<>();
        for (JsonValue name : json.at("takes").list(1, most)) {
            TensorSpec spec = earlier.get(name.name(Limits.CHAIN_NAME));
            if (spec == null) {
                throw name.wrong("the name of a tensor that an earlier step makes");
            }
            taken.add(spec);
        }
        return taken;
    }

    /** The one tensor that it takes, of floats with at least one axis. */
    TensorSpec takenFloats() throws InputException {
        TensorSpec taken = taken();
        if (taken.dtype != Dtype.FLOAT32 || taken.shape().length == 0) {
            throw wrong(taken, "float32 with at least one axis");
        }
        return taken;
    }

    /** That it cannot take this tensor. */
    InputException wrong(TensorSpec taken, String expected) throws InputException {
        return json.at("takes").wrong(
                "the name of a tensor " + expected + ", where `" + taken.name + "` is " + taken);
    }

    /** The name of the one tensor that it makes. */
    String made() throws InputException {
        return made(1, 1).get(0);
    }

    /** The names of the tensors that it makes. */
    List<String> made(int least, int most) throws InputException {
        List<String> made = new ArrayList<>();
        Set<String> taken = new HashSet<>(earlier.keySet());
        for (JsonValue name : json.at("makes").list(least, most)) {
            if (!taken.add(name.name(Limits.CHAIN_NAME))) {
                throw name.wrong("a name that no other tensor of the chain has");
            }
            made.add(name.text());
        }
        return made;
    }
}
