using InterestService.Api.Tests.Support;
using k8s;
using k8s.Models;
using YamlDotNet.Core;

namespace InterestService.Api.Tests.Deploy;

public sealed class KubernetesManifestsTests
{
    public static TheoryData<string> Files => [.. KubernetesManifests.Files];

    public static TheoryData<string> Overlays =>
        [.. Directory.EnumerateDirectories(Path.Combine(KubernetesManifests.Folder, "overlays")).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_manifest_has_only_fields_that_Kubernetes_knows(string file) => Assert.NotEmpty(KubernetesManifests.ReadFile(file));

    [Theory]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  port: 80\n")]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata:\n  name: api\n  name: other\n")]
    [InlineData("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresource: [a.yaml]\n")]
    public void An_unknown_or_repeated_field_is_found(string manifest) => Assert.ThrowsAny<YamlException>(() => KubernetesManifests.Read(manifest));

    [Fact]
    public void Kustomizations_name_files_that_exist_and_leave_none_out()
    {
        var named = new HashSet<string>();
        foreach (string file in KubernetesManifests.Files.Where(file => Path.GetFileName(file) == "kustomization.yaml"))
        {
            string folder = Path.GetDirectoryName(file)!;
            foreach (string name in ((KubernetesManifests.Kustomization)KubernetesManifests.ReadFile(file).Single()).Names)
            {
                string path = Path.GetRelativePath(KubernetesManifests.Folder, Path.GetFullPath(Path.Combine(KubernetesManifests.Folder, folder, name)));
                if (Directory.Exists(Path.Combine(KubernetesManifests.Folder, path))) path = Path.Combine(path, "kustomization.yaml");
                Assert.True(File.Exists(Path.Combine(KubernetesManifests.Folder, path)), $"{file}: {name} does not exist.");
                named.Add(path);
            }
        }

        // What operators name.
        named.UnionWith(Overlays.Select(overlay => $"overlays/{overlay.Data}/kustomization.yaml"));
        Assert.Equal(KubernetesManifests.Files.Order(), named.Order());
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task An_overlay_is_built_with_parts_that_fit_each_other(string overlay)
    {
        var built = KubernetesManifests.Read((await ExternalProgram.RunAsync("kubectl", ["kustomize", $"overlays/{overlay}"], KubernetesManifests.Folder)).AssertSucceeded());
        var objects = built.Cast<IKubernetesObject<V1ObjectMeta>>().ToList();
        var workloads = objects.Select(Workload.Of).OfType<Workload>().ToList();
        string[] components = [.. workloads.Select(workload => workload.Name).Order()];
        Assert.Equal(overlay == "single-node" ? ["api", "migrate", "postgres", "worker"] : ["api", "migrate", "worker"], components);
        foreach (var item in objects) Assert.Equal(item is V1Namespace ? null : "interest-service", item.Metadata.NamespaceProperty);
        foreach (var workload in workloads)
        {
            AssertRestricted(workload);
            AssertReferences(workload, objects);
            if (workload.Selector is { } selector) Assert.True(Matches(selector.MatchLabels, workload.Labels), workload.Name);
        }

        foreach (var budget in objects.OfType<V1PodDisruptionBudget>())
            Assert.Equal([budget.Metadata.Name], workloads.Where(workload => Matches(budget.Spec.Selector.MatchLabels, workload.Labels)).Select(workload => workload.Name));
        foreach (var scaler in objects.OfType<V2HorizontalPodAutoscaler>())
        {
            var target = Assert.IsType<V1Deployment>(objects.Single(item => item.Kind == scaler.Spec.ScaleTargetRef.Kind && item.Metadata.Name == scaler.Spec.ScaleTargetRef.Name));
            Assert.Null(target.Spec.Replicas); // another value than the scaler's at each deployment
            Assert.Contains("cpu", target.Spec.Template.Spec.Containers.Single().Resources.Requests.Keys);
        }

        foreach (var service in objects.OfType<V1Service>())
        {
            var behind = Assert.Single(workloads, workload => Matches(service.Spec.Selector, workload.Labels));
            Assert.All(service.Spec.Ports, port => Assert.Contains(port.TargetPort.Value, behind.Ports));
        }

        foreach (var policy in objects.OfType<V1NetworkPolicy>())
        {
            var selected = workloads.Where(workload => Matches(policy.Spec.PodSelector.MatchLabels, workload.Labels)).ToList();
            Assert.NotEmpty(selected);
            foreach (string port in (policy.Spec.Ingress ?? []).SelectMany(rule => rule.Ports).Select(port => port.Port.Value))
                Assert.Contains(selected, workload => workload.Ports.Contains(port));
        }

        foreach (var monitor in objects.OfType<KubernetesManifests.ServiceMonitor>())
        {
            var services = objects.OfType<V1Service>().Where(service => Matches(monitor.Spec.Selector.MatchLabels, service.Metadata.Labels)).ToList();
            Assert.Equal(["api", "worker"], services.Select(service => service.Metadata.Name).Order());
            Assert.All(services, service => Assert.Contains(service.Spec.Ports, port => port.Name == monitor.Spec.Endpoints.Single().Port));
            // The job by which the alert rules know the processes.
            Assert.Equal(("job", "interestservice"), monitor.Spec.Endpoints.Single().Relabelings.Select(label => (label.TargetLabel, label.Replacement)).Single());
        }
    }

    [Fact]
    public async Task The_overlay_for_a_GPU_asks_for_one_on_a_node_that_has_it()
    {
        var built = KubernetesManifests.Read((await ExternalProgram.RunAsync("kubectl", ["kustomize", "overlays/cluster-gpu"], KubernetesManifests.Folder)).AssertSucceeded());
        var worker = built.OfType<V1Deployment>().Single(deployment => deployment.Metadata.Name == "worker");
        Assert.Equal("Recreate", worker.Spec.Strategy.Type);
        Assert.Equal("true", worker.Spec.Template.Spec.NodeSelector["nvidia.com/gpu.present"]);
        var container = worker.Spec.Template.Spec.Containers.Single();
        Assert.Equal("1", container.Resources.Limits["nvidia.com/gpu"].ToString());
        Assert.EndsWith("-cuda", container.Image, StringComparison.Ordinal);
        Assert.Equal("cuda", container.Env.Single(variable => variable.Name == "InterestService__Device").Value);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task The_settings_of_the_pods_are_those_of_the_service(string overlay)
    {
        var built = KubernetesManifests.Read((await ExternalProgram.RunAsync("kubectl", ["kustomize", $"overlays/{overlay}"], KubernetesManifests.Folder)).AssertSucceeded());
        var shared = built.OfType<V1ConfigMap>().Single().Data;
        foreach (var deployment in built.OfType<V1Deployment>())
        {
            var settings = new Dictionary<string, string>(shared);
            foreach (var variable in deployment.Spec.Template.Spec.Containers.Single().Env) settings[variable.Name] = variable.Value;
            DeployedSettings.Validate(settings);
        }
    }

    private static bool Matches(IDictionary<string, string>? selector, IDictionary<string, string> labels) =>
        selector is null || selector.All(pair => labels.TryGetValue(pair.Key, out string? value) && value == pair.Value);

    /// <summary>The rules of the pod security standard "restricted", and limits.</summary>
    private static void AssertRestricted(Workload workload)
    {
        var pod = workload.Pod;
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.True(pod.SecurityContext.RunAsUser > 0);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.All([pod.HostNetwork, pod.HostPID, pod.HostIPC], host => Assert.NotEqual(true, host));
        Assert.All(pod.Volumes, volume => Assert.True(volume.EmptyDir is not null || volume.Secret is not null, volume.Name));
        foreach (var container in pod.Containers)
        {
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Null(container.SecurityContext.Capabilities.Add);
            Assert.Contains("memory", container.Resources.Limits.Keys);
            Assert.Contains("cpu", container.Resources.Requests.Keys);
            Assert.Matches("^[a-z-]+:[0-9]+\\.[0-9]+[a-z0-9.-]*$", container.Image);
            if (container.Image.StartsWith("interest-service:", StringComparison.Ordinal))
                Assert.StartsWith($"interest-service:{DeployedSettings.Version}", container.Image, StringComparison.Ordinal);
        }
    }

    private static void AssertReferences(Workload workload, List<IKubernetesObject<V1ObjectMeta>> objects)
    {
        var container = workload.Pod.Containers.Single();
        string[] volumes = [.. workload.Pod.Volumes.Select(volume => volume.Name), .. workload.Claims];
        Assert.Equal(volumes.Order(), container.VolumeMounts.Select(mount => mount.Name).Order());
        foreach (var reference in (container.EnvFrom ?? []).Select(source => source.ConfigMapRef.Name))
            Assert.Contains(objects, item => item is V1ConfigMap && item.Metadata.Name == reference);
        foreach (var probe in new[] { container.StartupProbe, container.ReadinessProbe, container.LivenessProbe }.Select(probe => probe?.HttpGet).OfType<V1HTTPGetAction>())
        {
            Assert.Contains(probe.Port.Value, workload.Ports);
            Assert.StartsWith("/health/", probe.Path, StringComparison.Ordinal);
        }
    }

    /// <summary>What runs pods.</summary>
    private sealed record Workload(string Name, V1LabelSelector? Selector, V1PodTemplateSpec Template, IEnumerable<string> Claims)
    {
        public V1PodSpec Pod => Template.Spec;

        public IDictionary<string, string> Labels => Template.Metadata.Labels;

        public IEnumerable<string> Ports => (Pod.Containers.Single().Ports ?? []).Select(port => port.Name);

        public static Workload? Of(IKubernetesObject<V1ObjectMeta> item) => item switch
        {
            V1Deployment deployment => new(item.Metadata.Name, deployment.Spec.Selector, deployment.Spec.Template, []),
            V1StatefulSet set => new(item.Metadata.Name, set.Spec.Selector, set.Spec.Template, set.Spec.VolumeClaimTemplates.Select(claim => claim.Metadata.Name)),
            V1Job job => new(item.Metadata.Name, null, job.Spec.Template, []),
            _ => null,
        };
    }
}
