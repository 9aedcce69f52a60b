using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Tests.Numerics;

/// <summary>
/// TorchSharp passes a scalar to libtorch as a bare pointer. The object behind it has a finalizer and is dead as soon as the pointer is
/// read: a garbage collection during the call frees the number that libtorch is about to read. A scalar therefore lives in a field or in
/// a <c>using</c> until the call is over, here and within TorchSharp, many of whose overloads create one of their own: in 0.107.0 those
/// of <c>add</c>, <c>add_</c>, <c>addcdiv</c> and <c>addcdiv_</c> without a last factor, the operators <c>+</c> and <c>-</c>, every
/// operator with a number, and its optimizers. The tests compute the list from the intermediate language, so that it follows the version.
/// </summary>
public sealed class HeldScalarsTests
{
    private static readonly Dictionary<(Module, int), string> _hidden = HiddenIn(typeof(Tensor).Assembly);

    [Fact]
    public void No_scalar_of_the_pipeline_can_be_collected_during_a_call() =>
        Assert.Empty(MethodBodies.In(typeof(InterestPipeline).Assembly).SelectMany(Faults));

    [Fact]
    public void The_layers_that_the_pipeline_uses_create_no_such_scalar() =>
        Assert.Empty(new[] { typeof(Linear), typeof(LayerNorm), typeof(GRU), typeof(Embedding), typeof(EmbeddingBag) }
            .Select(layer => layer.GetMethod("forward")!)
            .Where(forward => _hidden.ContainsKey(MethodBodies.Key(forward)))
            .Select(forward => _hidden[MethodBodies.Key(forward)]));

    [Fact]
    public void Scalars_that_nothing_holds_are_found()
    {
        var samples = typeof(Samples).GetMethods(BindingFlags.Static | BindingFlags.Public);
        Assert.Equal(
            samples.Where(sample => sample.Name.StartsWith("Hidden", StringComparison.Ordinal)).Select(sample => sample.Name).Order(),
            samples.Where(sample => Faults(sample).Any()).Select(sample => sample.Name).Order());
    }

    /// <summary>Returns what is wrong with a method: a scalar that it creates, or a method of TorchSharp that creates one.</summary>
    private static IEnumerable<string> Faults(MethodBase method)
    {
        if (CreatesHidden(method)) yield return $"{MethodBodies.Name(method)} passes a scalar that nothing holds.";
        foreach (var called in Called(method).Where(called => _hidden.ContainsKey(MethodBodies.Key(called))))
            yield return $"{MethodBodies.Name(method)} calls {MethodBodies.Name(called)}, where {_hidden[MethodBodies.Key(called)]}";
    }

    /// <summary>Returns the methods of an assembly that create such a scalar themselves or call one that does, each with the reason.</summary>
    private static Dictionary<(Module, int), string> HiddenIn(Assembly assembly)
    {
        var methods = MethodBodies.In(assembly).ToDictionary(MethodBodies.Key, method => method);
        var callers = methods.Values.SelectMany(caller => Called(caller).Select(called => (Called: MethodBodies.Key(called), Caller: caller)))
            .ToLookup(call => call.Called, call => call.Caller);
        var hidden = new Dictionary<(Module, int), string>();
        var open = new Queue<MethodBase>(methods.Values.Where(CreatesHidden));
        foreach (var method in open) hidden[MethodBodies.Key(method)] = $"{MethodBodies.Name(method)} passes a scalar that nothing holds.";
        while (open.TryDequeue(out var method))
            foreach (var caller in callers[MethodBodies.Key(method)])
                if (hidden.TryAdd(MethodBodies.Key(caller), hidden[MethodBodies.Key(method)])) open.Enqueue(caller);
        return hidden;
    }

    private static IEnumerable<MethodBase> Called(MethodBase method) =>
        MethodBodies.Read(method).Select(instruction => instruction.Method).OfType<MethodBase>();

    private static bool CreatesHidden(MethodBase method)
    {
        if (method.DeclaringType == typeof(Scalar)) return false;
        var code = MethodBodies.Read(method);
        return code.Index().Any(at => Creates(at.Item) && !IsHeld(method, code, at.Index + 1));
    }

    private static bool Creates(Instruction instruction) => instruction.Method is MethodInfo { IsStatic: true } called && called.ReturnType == typeof(Scalar);

    /// <summary>Whether what the instruction before left is put in a field or a <c>using</c>, or handed to the caller.</summary>
    private static bool IsHeld(MethodBase method, List<Instruction> code, int next)
    {
        var then = code[next];
        if (then.Operation == OpCodes.Stfld || then.Operation == OpCodes.Stsfld || then.Operation == OpCodes.Ret) return true;
        return then.Stored is { } local && method.GetMethodBody()!.ExceptionHandlingClauses
            .Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Finally)
            .Any(clause => code.Any(other => other.Loaded == local
                && other.Offset >= clause.HandlerOffset && other.Offset < clause.HandlerOffset + clause.HandlerLength));
    }

    private static class Samples
    {
        private static readonly Scalar _half = .5;

        public static Tensor HiddenFactorOfASum(Tensor tensor) => tensor + tensor;

        public static Tensor HiddenNumber(Tensor tensor) => tensor.mul_(2);

        public static Tensor HiddenFactorOfAHeldNumber(Tensor tensor) => tensor.add_(_half);

        public static Tensor HiddenInALocal(Tensor tensor)
        {
            Scalar two = 2;
            tensor.mul_(two);
            return tensor.div_(two);
        }

        public static Tensor FieldIsHeld(Tensor tensor) => tensor.mul_(_half);

        public static Tensor ProductHasNone(Tensor tensor) => tensor * tensor;

        public static Tensor UsingIsHeld(Tensor tensor)
        {
            using Scalar two = 2;
            return tensor.mul_(two);
        }
    }
}
