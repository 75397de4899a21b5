package org.fleetban.engine.regex;

import static org.objectweb.asm.Opcodes.*;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** The class around the code of a {@link TranslatedProgram}, with its constants. */
final class TranslatedClass {

    private static final String SUPER = Type.getInternalName(TranslatedProgram.class);
    private static final String NAME = SUPER + "$";

    /** Of a version whose frames the verifier infers. */
    private final ClassWriter type = new ClassWriter(ClassWriter.COMPUTE_MAXS);

    /** Tables, sets and strings, each a static final field {@code c<index>}. */
    private final List<Object> constants = new ArrayList<>();

    private final Map<String, Integer> known = new HashMap<>();

    TranslatedClass() {
        type.visit(V1_5, ACC_FINAL | ACC_SUPER, NAME, null, SUPER, null);
        constructor();
    }

    /** Makes translations of one program. */
    static final class Translation {
        private final Program program;
        private final MethodHandle constructor;

        private Translation(Program program, MethodHandle constructor) {
            this.program = program;
            this.constructor = constructor;
        }

        TranslatedProgram newInstance() {
            try {
                return (TranslatedProgram) constructor.invokeExact(program);
            } catch (Throwable impossible) {
                throw new IllegalStateException("a translated expression can't be instantiated", impossible);
            }
        }
    }

    /** The method to be written. */
    MethodVisitor newRun() {
        return type.visitMethod(0, "run", "([BIII)I", null, null);
    }

    /** Loads a constant. */
    void load(MethodVisitor out, String key, Object value) {
        int index = known.computeIfAbsent(key, added -> {
            constants.add(value);
            return constants.size() - 1;
        });
        out.visitFieldInsn(GETSTATIC, NAME, "c" + index, descriptor(index));
    }

    /** The class, loaded; to be called once. */
    Translation finish(Program program) {
        constants();
        type.visitEnd();
        try {
            MethodHandles.Lookup hidden = MethodHandles.lookup()
                    .defineHiddenClassWithClassData(type.toByteArray(), constants.toArray(), true);
            MethodHandle constructor =
                    hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class, Program.class));
            return new Translation(
                    program, constructor.asType(MethodType.methodType(TranslatedProgram.class, Program.class)));
        } catch (IllegalAccessException | NoSuchMethodException impossible) {
            throw new IllegalStateException("a translated expression can't be loaded", impossible);
        }
    }

    private void constructor() {
        MethodVisitor init =
                type.visitMethod(0, "<init>", "(L" + Type.getInternalName(Program.class) + ";)V", null, null);
        init.visitCode();
        init.visitVarInsn(ALOAD, 0);
        init.visitVarInsn(ALOAD, 1);
        init.visitMethodInsn(INVOKESPECIAL, SUPER, "<init>", "(L" + Type.getInternalName(Program.class) + ";)V", false);
        init.visitInsn(RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
    }

    /** Static final fields, which the JIT compiler knows the values of. */
    private void constants() {
        MethodVisitor init = type.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
        init.visitCode();
        init.visitMethodInsn(
                INVOKESTATIC,
                "java/lang/invoke/MethodHandles",
                "lookup",
                "()Ljava/lang/invoke/MethodHandles$Lookup;",
                false);
        init.visitLdcInsn("_");
        init.visitLdcInsn(Type.getType(Object[].class));
        init.visitMethodInsn(
                INVOKESTATIC,
                "java/lang/invoke/MethodHandles",
                "classData",
                "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;)Ljava/lang/Object;",
                false);
        init.visitTypeInsn(CHECKCAST, "[Ljava/lang/Object;");
        init.visitVarInsn(ASTORE, 0);
        for (int i = 0; i < constants.size(); i++) {
            String descriptor = descriptor(i);
            type.visitField(ACC_STATIC | ACC_FINAL | ACC_PRIVATE, "c" + i, descriptor, null, null);
            init.visitVarInsn(ALOAD, 0);
            init.visitLdcInsn(i);
            init.visitInsn(AALOAD);
            init.visitTypeInsn(CHECKCAST, descriptor);
            init.visitFieldInsn(PUTSTATIC, NAME, "c" + i, descriptor);
        }
        init.visitInsn(RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
    }

    private String descriptor(int constant) {
        return constants.get(constant) instanceof boolean[] ? "[Z" : "[B";
    }
}
