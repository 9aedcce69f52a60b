using InterestService.Harness;
using k8s;
using k8s.Models;

namespace InterestService.Api.Tests.Deploy;

/// <summary>The files of <c>deploy/kubernetes</c>, read strictly by the types of the Kubernetes client: an unknown field is an error.</summary>
internal static class KubernetesManifests
{
    /// <summary>Types that the client lacks.</summary>
    private static readonly Dictionary<string, Type> _additional = new()
    {
        ["kustomize.config.k8s.io/v1beta1/Kustomization"] = typeof(Kustomization),
        ["kustomize.config.k8s.io/v1alpha1/Component"] = typeof(Kustomization),
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
    };

    public static string Folder => Repository.File("deploy/kubernetes");

    /// <summary>Every manifest, patch and kustomization, relative to <see cref="Folder"/>.</summary>
    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order();

    public static List<object> Read(string yaml) => KubernetesYaml.LoadAllFromString(yaml, _additional, strict: true);

    public static List<object> ReadFile(string file) => Read(File.ReadAllText(Path.Combine(Folder, file)));

    /// <summary>The fields of a kustomization or component that are used here.</summary>
    internal sealed class Kustomization
    {
        public string? ApiVersion { get; set; }

        public string? Kind { get; set; }

        public string? Namespace { get; set; }

        public List<string> Resources { get; set; } = [];

        public List<string> Components { get; set; } = [];

        public List<Patch> Patches { get; set; } = [];

        public List<Labels> Labels { get; set; } = [];

        public List<ConfigMapGenerator> ConfigMapGenerator { get; set; } = [];

        public List<Image> Images { get; set; } = [];

        /// <summary>Files and folders that the kustomization names.</summary>
        public IEnumerable<string> Names => [.. Resources, .. Components, .. Patches.Select(patch => patch.Path)];
    }

    internal sealed class Patch
    {
        public string Path { get; set; } = "";
    }

    internal sealed class Labels
    {
        public bool IncludeSelectors { get; set; }

        public bool IncludeTemplates { get; set; }

        public Dictionary<string, string> Pairs { get; set; } = [];
    }

    internal sealed class ConfigMapGenerator
    {
        public string Name { get; set; } = "";

        public string? Behavior { get; set; }

        public List<string> Literals { get; set; } = [];
    }

    internal sealed class Image
    {
        public string Name { get; set; } = "";

        public string? NewName { get; set; }

        public string NewTag { get; set; } = "";
    }

    /// <summary>The fields of a ServiceMonitor of the Prometheus operator that are used here.</summary>
    internal sealed class ServiceMonitor : IKubernetesObject<V1ObjectMeta>
    {
        public string ApiVersion { get; set; } = "";

        public string Kind { get; set; } = "";

        public V1ObjectMeta Metadata { get; set; } = new();

        public ServiceMonitorSpec Spec { get; set; } = new();
    }

    internal sealed class ServiceMonitorSpec
    {
        public V1LabelSelector Selector { get; set; } = new();

        public List<Endpoint> Endpoints { get; set; } = [];
    }

    internal sealed class Endpoint
    {
        public string Port { get; set; } = "";

        public string Path { get; set; } = "";

        public string Interval { get; set; } = "";

        public List<Relabeling> Relabelings { get; set; } = [];
    }

    internal sealed class Relabeling
    {
        public string TargetLabel { get; set; } = "";

        public string Replacement { get; set; } = "";
    }
}
