using System.Reflection;
using System.Reflection.Emit;

namespace InterestService.Pipeline.Tests.Numerics;

/// <summary>Reads the intermediate language of compiled methods: what they call and what becomes of the results.</summary>
internal static class MethodBodies
{
    private const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Dictionary<int, OpCode> _codes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>Returns all methods and constructors of an assembly that have a body, those of compiler-generated types among them.</summary>
    public static IEnumerable<MethodBase> In(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All))
        where method.GetMethodBody() is not null
        select method;

    /// <summary>Returns the instructions of a method, in order.</summary>
    public static List<Instruction> Read(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var instructions = new List<Instruction>();
        for (int at = 0; at < code.Length;)
        {
            int start = at;
            int value = code[at++];
            if (value == 0xFE) value = (value << 8) | code[at++];
            var operation = _codes[value];
            object? operand = Operand(method, operation, code, at);
            instructions.Add(new Instruction(start, operation, operand));
            at += Size(operation, code, at);
        }

        return instructions;
    }

    /// <summary>Returns the identity of a method, the same for every instantiation of a generic one.</summary>
    public static (Module, int) Key(MethodBase method) => (method.Module, method.MetadataToken);

    /// <summary>Returns the type and the name of a method, for messages; those of the enclosing one for compiler-generated code.</summary>
    public static string Name(MethodBase method) => $"{method.DeclaringType?.FullName}.{method.Name}";

    private static object? Operand(MethodBase method, OpCode operation, byte[] code, int at) => operation.OperandType switch
    {
        OperandType.InlineMethod => Resolve(method, BitConverter.ToInt32(code, at)),
        OperandType.ShortInlineVar => (int)code[at],
        OperandType.InlineVar => (int)BitConverter.ToUInt16(code, at),
        _ => null,
    };

    private static MethodBase? Resolve(MethodBase method, int token) => method.Module.ResolveMethod(
        token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static int Size(OpCode operation, byte[] code, int at) => operation.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}

/// <summary>One instruction of a method.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Operand">The method that it names, or the number of its local variable; null otherwise.</param>
internal sealed record Instruction(int Offset, OpCode Operation, object? Operand)
{
    /// <summary>The method that it calls, or creates an object or a delegate with.</summary>
    public MethodBase? Method => Operand as MethodBase;

    /// <summary>The local variable that it stores into; null for another instruction.</summary>
    public int? Stored => Local("stloc");

    /// <summary>The local variable that it reads; null for another instruction.</summary>
    public int? Loaded => Local("ldloc");

    private int? Local(string name) => Operation.Name!.StartsWith(name, StringComparison.Ordinal) && Operation.Name != "ldloca" && Operation.Name != "ldloca.s"
        ? Operand as int? ?? Operation.Name[^1] - '0'
        : null;
}
