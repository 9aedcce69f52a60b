using System.CodeDom.Compiler;
using System.Reflection;
using InterestService.Demo;
using InterestService.EmbeddedPostgres;
using InterestService.Pipeline;

namespace InterestService.Api.Tests;

/// <summary>
/// Hosts in one process share nothing but static fields. None of these keeps anything that changes, so that what holds for several hosts in one
/// process, as tests start them, holds for as many processes.
/// </summary>
public sealed class StaticStateTests
{
    /// <summary>Types of fields that are never assigned again but whose content changes.</summary>
    private static readonly string[] _changing =
        ["System.Collections.Concurrent.", "System.Threading.", "System.Runtime.CompilerServices.ConditionalWeakTable", "System.Runtime.Caching.", "Microsoft.Extensions.Caching.", "System.WeakReference", "System.Text.StringBuilder", "System.Random", "System.Diagnostics.Stopwatch"];

    public static TheoryData<string> Assemblies =>
        [.. new[] { typeof(Program), typeof(InterestPipeline), typeof(DemoRunner), typeof(EmbeddedServer) }.Select(type => type.Assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Static_fields_never_change(string assembly)
    {
        var changing = Assembly.Load(assembly).GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsLiteral && !IsOfThread(field) && !IsGenerated(field) && (!field.IsInitOnly || Changes(field.FieldType)));
        Assert.Empty(changing.Select(field => $"{field.DeclaringType}.{field.Name}"));
    }

    /// <summary>A buffer of a thread, which is none of a host.</summary>
    private static bool IsOfThread(FieldInfo field) => field.IsDefined(typeof(ThreadStaticAttribute));

    /// <summary>The compiler keeps delegates and copies of constants, and generators what they compile once; a property is one's own.</summary>
    private static bool IsGenerated(FieldInfo field) =>
        !field.Name.EndsWith("k__BackingField", StringComparison.Ordinal)
        && (field.Name.StartsWith('<') || field.DeclaringType!.FullName!.Contains('<', StringComparison.Ordinal) || field.DeclaringType.IsDefined(typeof(GeneratedCodeAttribute)));

    private static bool Changes(Type type) => Array.Exists(_changing, name => type.FullName?.StartsWith(name, StringComparison.Ordinal) == true);
}
